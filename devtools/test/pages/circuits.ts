import * as fluxgate from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'

/** What the pages under test have on `window`: all of core, to be driven by the tests. */
const page = { ...fluxgate, devtoolsListener, circuits: new Map<string, fluxgate.CircuitBreaker>() }

declare global {
  interface Window {
    page: typeof page
  }
}

window.page = page
