import { devtoolsListener } from '@fluxgate/core/devtools'
import { circuits, guardedFetch } from './guarded-fetch.ts'
import { Services } from './services.ts'
import { initialRate } from './settings.ts'
import { SignalLog } from './signal-log.ts'
import { Traffic } from './traffic.ts'

export const services = await Services.open()

const devtools = devtoolsListener()
for (const circuit of circuits) circuit.subscribe(devtools)

export const signalLog = new SignalLog(circuits)

export const traffic = new Traffic(
  // past the HTTP cache: it lets one request for a URL wait for the answer to another
  (name) => guardedFetch(`${services.status(name).origin}/${name}`, { cache: 'no-store' }),
  initialRate,
)
