import { devtoolsListener } from '@fluxgate/core/devtools'
import { pageId } from '../services/page-id.ts'
import { services } from '../services/page-services.ts'
import { initialRate } from '../url-settings.ts'
import { circuits, guardedFetch } from './guarded-fetch.ts'
import { SignalLog } from './signal-log.ts'
import { Traffic } from './traffic.ts'

const devtools = devtoolsListener()
for (const circuit of circuits) circuit.subscribe(devtools)

export const signalLog = new SignalLog(circuits)

export const traffic = new Traffic(
  // the HTTP cache would delay a request until an earlier one for the same URL is answered
  (name) =>
    guardedFetch(`${services.status(name).origin}/${name}?from=${pageId}`, { cache: 'no-store' }),
  initialRate,
)
