import {
  type BreakerOptions,
  backoff,
  CircuitBreaker,
  type Clock,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
} from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'

/** The circuit that fails first, and causes all later trips. */
export const rootCause = 'postgres-primary'

const services = ['orders', 'users', 'carts', 'payments', 'stock', 'invoices', 'search', 'mail']
const hosts = ['api', 'admin', 'mobile', 'reports', 'checkout', 'partner', 'jobs', 'sync']

/** The length of the scripted history in ms. */
const PAST_MS = 150_000
/** The root cause fails at this time before the end of the history. */
const OUTAGE_MS = 90_000
/** All dependent circuits fail within this time after the root cause. */
const SPREAD_MS = 9_000

/**
 * Creates `count` circuits with a history of 150 seconds and one root cause: 90 seconds ago,
 * `postgres-primary` failed, and four of ten other circuits followed within nine seconds. One trip
 * of an unrelated circuit, which recovered, came before. The calls continue in real time.
 */
export function startOutage(count: number): readonly CircuitBreaker[] {
  let behindMs = PAST_MS
  const clock: Clock = {
    now: () => performance.now() + PAST_MS - behindMs,
    timestamp: () => Date.now() - behindMs,
  }
  const listener = devtoolsListener()
  const make = (options: BreakerOptions) =>
    new CircuitBreaker({
      window: countWindow(20),
      tripper: minRequests(5).and(failureRate(0.5)),
      retry: backoff({ initialMs: 20_000, maxMs: 120_000 }),
      clock,
      listeners: [listener],
      ...options,
    })
  const root = make({ name: rootCause, tripper: failureStreak(5), retry: cooldown(60_000) })
  const unrelated = make({
    name: 'images.cdn.example',
    tripper: failureStreak(3),
    retry: cooldown(10_000),
    probes: 1,
  })
  const others = Array.from({ length: Math.max(0, count - 2) }, (_, index) => {
    const host = hosts[index % hosts.length]
    const service = services[Math.floor(index / hosts.length) % services.length]
    const name =
      index % 3 === 0
        ? `https://${service}-eu-west-1.internal.example.com:8443/${host}`
        : `${host}-${service}`
    const number = Math.floor(index / (hosts.length * services.length))
    return make({ name: number === 0 ? name : `${name}-${number + 1}` })
  })
  const failing = others.filter((_, index) => index % 5 < 2)
  const failsAt = new Map(
    failing.map((circuit, index) => [
      circuit,
      OUTAGE_MS - 1_500 - Math.round((SPREAD_MS * index) / failing.length),
    ]),
  )

  const second = () => {
    settle(root, behindMs > OUTAGE_MS)
    settle(unrelated, behindMs > 140_000 || behindMs < 135_000)
    for (const circuit of others) settle(circuit, behindMs > (failsAt.get(circuit) ?? -1))
  }
  for (; behindMs > 0; behindMs -= 500) second()
  behindMs = 0
  setInterval(second, 500)
  return [root, unrelated, ...others]
}

function settle(circuit: CircuitBreaker, succeeds: boolean): void {
  for (let call = 0; call < 2; call++) {
    const ticket = circuit.tryAcquire()
    if (succeeds) ticket?.success()
    else ticket?.failure(new Error('connection refused'))
  }
}
