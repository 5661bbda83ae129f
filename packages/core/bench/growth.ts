import { CircuitBreaker, LogListener, WebhookListener } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { SlackListener } from '@fluxgate/listeners/slack'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import { Registry } from 'prom-client'
import { settled } from './memory.ts'

/** What the heap grew by while a breaker with every listener was called so often. */
export interface GrowthResult {
  readonly calls: number
  readonly transitions: number
  readonly grownBytes: number
}

const CALLS_A_TRIP = 10_000

/** Trips and resets the breaker every 10,000 calls, so that the listeners have something to say. */
export async function measureGrowth(calls: number): Promise<GrowthResult> {
  const heard = { signals: 0, calls: 0, posts: 0, lines: 0 }
  const line = () => {
    heard.lines++
  }
  const post = async () => {
    heard.posts++
    return new Response()
  }
  const slack: WebClientOptions['adapter'] = async (config) => {
    heard.posts++
    return { data: { ok: true, ts: '1.0' }, status: 200, statusText: 'OK', headers: {}, config }
  }
  const breaker = new CircuitBreaker({
    name: 'growth',
    listeners: [
      { onSignal: () => void heard.signals++, onCall: () => void heard.calls++ },
      new LogListener({ logger: { info: line, warn: line } }),
      new WebhookListener({ url: 'http://localhost/', fetch: post }),
      devtoolsListener(),
      new PrometheusListener({ registry: new Registry() }),
      new SlackListener({
        channel: '#growth',
        client: new WebClient('xoxb-growth', { adapter: slack }),
      }),
    ],
  })
  const fn = () => 1
  const run = async (times: number) => {
    for (let i = 1; i <= times; i++) {
      breaker.callSync(fn)
      if (i % CALLS_A_TRIP === 0) {
        breaker.trip()
        breaker.reset()
        await breaker.flush()
      }
    }
  }
  const warmUp = 50 * CALLS_A_TRIP // fills every ring, and the second that Slack waits
  await run(warmUp)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const before = settled()
  await run(calls)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const grownBytes = settled() - before
  if (heard.calls !== calls + warmUp) throw new Error(`${heard.calls} calls were told`)
  const transitions = (2 * calls) / CALLS_A_TRIP
  if (heard.signals !== transitions + (2 * warmUp) / CALLS_A_TRIP) {
    throw new Error(`${heard.signals} signals were told`)
  }
  return { calls, transitions, grownBytes }
}
