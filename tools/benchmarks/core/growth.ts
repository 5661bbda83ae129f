import { CircuitBreaker, LogListener, WebhookListener } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { SlackListener } from '@fluxgate/listeners/slack'
import { WebClient } from '@slack/web-api'
import { Registry } from 'prom-client'
import { collectedBytes } from './memory.ts'

/** Heap growth while a breaker with every listener handles `calls` calls. */
export interface GrowthResult {
  readonly calls: number
  readonly transitions: number
  readonly grownBytes: number
}

const CALLS_A_TRIP = 10_000

/** Trips and resets the breaker every 10,000 calls, so that the listeners receive signals. */
export async function measureGrowth(calls: number): Promise<GrowthResult> {
  const received = { signals: 0, calls: 0, posts: 0, lines: 0 }
  const line = () => {
    received.lines++
  }
  const post = async () => {
    received.posts++
    return new Response()
  }
  const slack = async () => {
    received.posts++
    return Response.json({ ok: true, ts: '1.0' })
  }
  const breaker = new CircuitBreaker({
    name: 'growth',
    listeners: [
      { onSignal: () => void received.signals++, onCall: () => void received.calls++ },
      new LogListener({ logger: { info: line, warn: line } }),
      new WebhookListener({ url: 'http://localhost/', fetch: post, timeoutMs: 500 }),
      devtoolsListener(),
      new PrometheusListener({ registry: new Registry() }),
      new SlackListener({
        channel: '#growth',
        client: new WebClient('xoxb-growth', { fetch: slack }),
      }),
    ],
  })
  const fn = () => 1
  const run = async (trips: number, callsEach: number) => {
    for (let trip = 0; trip < trips; trip++) {
      for (let i = 0; i < callsEach; i++) breaker.callSync(fn)
      breaker.trip()
      breaker.reset()
      await breaker.flush()
    }
    await new Promise((resolve) => setTimeout(resolve, 1_100)) // SlackListener waits a second between messages
  }
  const trips = Math.ceil(calls / CALLS_A_TRIP)
  await run(2_000, 10) // fills every ring buffer
  await run(trips, CALLS_A_TRIP)
  const before = collectedBytes()
  await run(trips, CALLS_A_TRIP)
  const grownBytes = collectedBytes() - before
  const transitions = 2 * trips
  const expected = { calls: 2 * trips * CALLS_A_TRIP + 20_000, signals: 2 * transitions + 4_000 }
  if (received.calls !== expected.calls || received.signals !== expected.signals) {
    throw new Error(
      `only ${received.calls} calls and ${received.signals} signals reached the listener`,
    )
  }
  return { calls, transitions, grownBytes }
}
