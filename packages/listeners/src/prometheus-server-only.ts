import type * as server from './prometheus-listener.ts'
import { serverOnly } from './server-only.ts'

// What `@fluxgate/listeners/prometheus` is under the `browser` condition.

export { ServerOnlyError } from './server-only.ts'

export const PrometheusListener: typeof server.PrometheusListener = serverOnly('PrometheusListener')
