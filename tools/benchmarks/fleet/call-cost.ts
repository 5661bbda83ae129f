import { setTimeout as wait } from 'node:timers/promises'
import { CircuitBreaker, failureRate, minRequests } from '@fluxgate/core'
import { fleetWide } from '@fluxgate/fleet'
import { redisFleet } from '@fluxgate/fleet/redis'
import { connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'

const ROUNDS = 300
const CALLS = 10_000

/** The ns of a successful call without and with a fleet, the best of rounds in turns. */
export async function callCosts(): Promise<{ sync: [number, number]; async: [number, number] }> {
  return withFleet(async (fleet) => {
    const circuits = [
      new CircuitBreaker({ name: 'alone' }),
      new CircuitBreaker({ name: 'shared', shared: fleet }),
    ] as const
    const best = { sync: [Infinity, Infinity], async: [Infinity, Infinity] } satisfies Record<
      string,
      [number, number]
    >
    for (let round = 0; round < ROUNDS; round++) {
      for (const i of [0, 1] as const) {
        const circuit = circuits[i]
        let start = performance.now()
        for (let call = 0; call < CALLS; call++) circuit.callSync(() => 1)
        best.sync[i] = Math.min(best.sync[i], ((performance.now() - start) / CALLS) * 1e6)
        start = performance.now()
        for (let call = 0; call < CALLS; call++) await circuit.call(async () => 1)
        best.async[i] = Math.min(best.async[i], ((performance.now() - start) / CALLS) * 1e6)
      }
      await wait(0) // lets the fleet exchange
    }
    return best
  })
}

const MEASURED_MS = 5_000

/** Commands a second of one instance with so many circuits that share the counts of constant calls. */
export async function commandsPerSecond(circuits: number): Promise<number> {
  return withFleet(async (fleet, server) => {
    const tripper = fleetWide(minRequests(20).and(failureRate(0.5)))
    const all = Array.from(
      { length: circuits },
      (_, i) => new CircuitBreaker({ name: `circuit-${i}`, tripper, shared: fleet }),
    )
    await server.command('CONFIG', 'RESETSTAT')
    for (const end = performance.now() + MEASURED_MS; performance.now() < end; ) {
      for (const circuit of all) circuit.callSync(() => 1)
      await wait(5)
    }
    const stats = await server.command('INFO', 'commandstats')
    const [, calls = '0'] = /cmdstat_evalsha:calls=(\d+)/.exec(stats) ?? []
    return Number(calls) / (MEASURED_MS / 1_000)
  })
}

async function withFleet<T>(
  run: (fleet: ReturnType<typeof redisFleet>, server: RedisServer) => Promise<T>,
): Promise<T> {
  const server = await RedisServer.start()
  const { client, close } = await connectClient('ioredis 5', { port: server.port })
  try {
    // the client is closed before the fleet
    return await run(redisFleet({ client, onError: () => {} }), server)
  } finally {
    await close()
    await server.stop()
  }
}
