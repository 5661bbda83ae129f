import type * as server from './prometheus-listener.ts'
import { serverOnly } from './server-only.ts'

// The module behind `@fluxgate/listeners/prometheus` under the conditions `browser`, `worker` and `edge-light`.

export { ServerOnlyError } from './server-only.ts'

export const PrometheusListener: typeof server.PrometheusListener = serverOnly('PrometheusListener')
