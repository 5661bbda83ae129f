import { Agent, get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CircuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  timeWindow,
} from '@fluxgate/core'
import { fleetWide } from '@fluxgate/fleet'
import { redisFleet, type SharedFleet } from '@fluxgate/fleet/redis'
import { connectClient } from '../redis/redis-clients.ts'
import { AdmissionMeter } from './admission-meter.ts'
import type { InstanceCommand, InstanceConfig, InstanceReport } from './instance-protocol.ts'
import { realNow } from './real-now.ts'

// One instance of a service, started by InstanceProcess.

const config: InstanceConfig = JSON.parse(process.argv[2] ?? '{}')
const { index, cooldownMs, timeoutMs, rampMs } = config

const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(String(error)))
process.on('uncaughtException', (error) => unhandled.push(String(error)))

const wallClock = Date.now.bind(Date)
let clockShiftMs = config.clockShiftMs ?? 0
Date.now = () => wallClock() + clockShiftMs

const report = (message: InstanceReport) => {
  if (process.connected) process.send?.(message)
}
const onError = (error: unknown) => report({ kind: 'error', at: realNow(), text: String(error) })

const shared = config.fleet
// Redis may be down
const redis =
  shared && (await connectClient(shared.client, { port: shared.redisPort, waits: false }))
const agent = new Agent({ keepAlive: true })
const meter = new AdmissionMeter()
let stopped = false

const circuits = Array.from({ length: config.breakers ?? 1 }, (_, i) => createCircuit(i))

function createCircuit(number: number): {
  breaker: CircuitBreaker
  fleet: SharedFleet | undefined
} {
  const fleet =
    redis &&
    redisFleet({
      client: redis.client,
      prefix: shared.prefix,
      quorum: shared.quorum,
      leaseMs: shared.leaseMs,
      instance: `i${index}-${number}-${process.pid}`,
      onError,
    })
  const own = failureStreak(5).or(minRequests(10).and(failureRate(0.5)))
  const { fleetWide: wide } = shared ?? {}
  const sums = wide && minRequests(wide.minRequests).and(failureRate(wide.failureRate))
  const breaker = new CircuitBreaker({
    name: 'service',
    window: timeWindow(10_000),
    tripper: sums ? own.or(fleetWide(sums)) : own,
    retry: cooldown(cooldownMs, { jitter: 0.1 }),
    probes: 3,
    timeoutMs,
    ...(rampMs !== undefined && { permit: rampUp({ from: 0.1, to: 1, durationMs: rampMs }) }),
    ...(fleet && { shared: fleet }),
    onError,
    listeners: [
      ({ oldState: from, newState: to, cause, reason }) =>
        report({ kind: 'signal', breaker: number, at: realNow(), from, to, cause, reason }),
    ],
  })
  return { breaker, fleet }
}

async function request(breaker: CircuitBreaker, signal: AbortSignal | undefined): Promise<void> {
  const { state, healthy } = breaker.snapshot()
  await new Promise<void>((resolve, reject) => {
    const headers = { 'x-caller': `${index} ${state} ${healthy ? 'healthy' : ''}` }
    const options = { host: '127.0.0.1', port: config.servicePort, agent, headers }
    const sent = get(signal ? { ...options, signal } : options, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    sent.on('error', reject)
  })
}

async function callRepeatedly(breaker: CircuitBreaker): Promise<void> {
  const gapMs = 1_000 / config.callsPerSecond
  const pending = new Set<Promise<void>>()
  await wait(Math.random() * gapMs, undefined, { ref: true })
  while (!stopped) {
    const call = meter.call(breaker, (signal) => request(breaker, signal))
    pending.add(call)
    void call.then(() => pending.delete(call))
    await wait(gapMs * (0.8 + 0.4 * Math.random()))
  }
  await Promise.all(pending)
}

function handle(command: InstanceCommand): void {
  const [circuit] = circuits
  switch (command.kind) {
    case 'finish':
      stopped = true
      break
    case 'shift clock':
      clockShiftMs = command.byMs
      break
    case 'transition':
      if (command.to === 'forced_open') circuit?.breaker.forceOpen()
      else if (command.to === 'disabled') circuit?.breaker.disable()
      else circuit?.breaker.reset()
      break
    case 'sample': {
      if (circuit === undefined) break
      const { state, cause, fleet } = circuit.breaker.snapshot()
      const { reachable = false, state: fleetState = '' } = fleet ?? {}
      report({ kind: 'sample', state, cause, reachable, fleetState })
    }
  }
}

function watchReachable(): void {
  let before: boolean | undefined
  const timer = setInterval(() => {
    const reachable = circuits[0]?.fleet?.reachable
    if (reachable === undefined || reachable === before) return
    before = reachable
    report({ kind: 'reachable', at: realNow(), reachable })
  }, 5)
  timer.unref()
}

function summarize(): InstanceReport {
  return {
    kind: 'summary',
    succeeded: meter.succeeded,
    failed: meter.failed,
    rejected: meter.rejected,
    waited: meter.waited,
    admissions: meter.admissions,
    slowAdmissions: meter.slowAdmissions,
    maxAdmissionMs: meter.maxMs,
    unhandled,
    inFlight: circuits.reduce((sum, { breaker }) => sum + breaker.inFlight, 0),
  }
}

process.on('message', handle)
process.on('disconnect', () => {
  if (!stopped) process.exit(1) // the test died
})
// for an instance that is killed
setInterval(() => report(summarize()), 500).unref()
watchReachable()
report({ kind: 'ready' })
await Promise.all(circuits.map(({ breaker }) => callRepeatedly(breaker)))
report(summarize())
// From here on only what the fleet left behind could keep the process alive. Every other instance ends
// without closing its fleet.
if (index % 2 === 0) await Promise.all(circuits.map(({ fleet }) => fleet?.close()))
await redis?.close()
agent.destroy()
process.disconnect()
