import * as core from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import * as fetching from '@fluxgate/core/fetch'
import type { Bundle } from './bundled.ts'

// A bundle with its own copy of the package. A page can load it several times.

const bundle: Bundle = { ...core, ...fetching, devtoolsListener }
window.bundles = [...(window.bundles ?? []), bundle]
