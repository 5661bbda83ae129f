import { backoff, CircuitRegistry, errorWhere, failureStreak } from '@fluxgate/core'

export const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 2_000,
  },
})

interface GrpcError {
  code?: number
}
// UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS
const GRPC_FAILURES = [2, 4, 8, 13, 14, 15]
const CANCELLED = 1

export const users = circuits.define('users', {
  tracker: errorWhere(({ code = 2 }: GrpcError) => GRPC_FAILURES.includes(code)),
  ignore: errorWhere(({ code }: GrpcError) => code === CANCELLED),
})

// an error reply is an answer, unless Redis says that it cannot work now
export const cache = circuits.define('cache', {
  tracker: errorWhere(({ name, message }: Error) => {
    return name !== 'ReplyError' || /^(LOADING|READONLY|OOM|CLUSTERDOWN|MASTERDOWN)/.test(message)
  }),
})

export const orders = circuits.define('orders')
export const prices = circuits.define('prices')
export const news = circuits.define('news')
