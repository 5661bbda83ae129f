import { withTimers } from '../clock.ts'
import { createFleet } from '../fleet/create-fleet.ts'
import { DEFAULT_TIMEOUT_MS, FLEET_OPTIONS, type FleetOptions } from '../fleet/fleet-options.ts'
import type { SharedFleet } from '../fleet/shared-fleet.ts'
import { check, checkOptions } from '../validation.ts'
import type { RedisClient } from './redis-client.ts'
import { connectionOf } from './redis-connection.ts'
import { RedisStore } from './redis-store.ts'
import { SCRIPT } from './script.ts'

export type { FleetOptions } from '../fleet/fleet-options.ts'
export type { SharedFleet } from '../fleet/shared-fleet.ts'
export type { RedisClient } from './redis-client.ts'

/** Options of {@link redisFleet}. */
export interface RedisFleetOptions extends FleetOptions {
  /**
   * A client of ioredis or node-redis, version 5 or later, for one server or a cluster, as the
   * application has it. The application connects it, listens to its `error` events and closes it.
   */
  readonly client: RedisClient
  /**
   * The first part of the keys and of the channel: 1 to 100 characters without braces. Services that
   * have the same prefix share circuits of the same name. Default `'fluxgate'`.
   */
  readonly prefix?: string | undefined
}

/**
 * Shares circuits through Redis. A call never waits for Redis. A fleet has at most 5 exchanges a second
 * for all its circuits, and opens one more connection to subscribe to updates.
 *
 * @throws TypeError or RangeError when an option is invalid; the message never quotes the client
 * @example
 * const fleet = redisFleet({ client: new Redis(), quorum: 2, prefix: 'shop' })
 * const circuits = new CircuitRegistry({ defaults: { shared: fleet } })
 */
export function redisFleet(options: RedisFleetOptions): SharedFleet {
  checkOptions('redisFleet', options, `client prefix ${FLEET_OPTIONS}`)
  const { client, prefix = 'fluxgate', ...fleetOptions } = options
  const isPrefix = typeof prefix === 'string' && /^[^{}]{1,100}$/.test(prefix)
  const expected = '1 to 100 characters without braces'
  check(isPrefix, 'redisFleet: prefix', expected, prefix, typeof prefix === 'string')
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = fleetOptions
  // the clock of the options may be a manual one
  const { now } = withTimers()
  const store = new RedisStore(connectionOf(client), SCRIPT, { prefix, timeoutMs, now })
  return createFleet(store, fleetOptions)
}
