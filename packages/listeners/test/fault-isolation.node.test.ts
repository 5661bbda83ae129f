import { setImmediate } from 'node:timers/promises'
import {
  CircuitBreaker,
  cooldown,
  countWindow,
  failureRate,
  type Listener,
  LogListener,
  minRequests,
  type Snapshot,
  type State,
  WebhookListener,
} from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { SlackListener } from '@fluxgate/listeners/slack'
import { LogLevel, WebClient } from '@slack/web-api'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { SlackStub } from './slack-stub.ts'

let slack: SlackStub
const rejections: unknown[] = []
const onRejection = (error: unknown) => rejections.push(error)
const consoleError = console.error
/** Deliveries may end after this file. */
let isOver = false

beforeEach(async () => {
  // The fallback for errors fails too, also for deliveries that end after their test.
  console.error = fail
  slack = await SlackStub.start()
  process.on('unhandledRejection', onRejection)
})
afterAll(() => {
  isOver = true
  console.error = consoleError
})
afterEach(async () => {
  process.off('unhandledRejection', onRejection)
  await slack[Symbol.asyncDispose]()
})

const fail = (): never => {
  throw new Error('a listener failed')
}

/** All kinds of listeners; each fails in another way. */
function failingListeners(): Listener[] {
  const prometheus = new PrometheusListener({ registry: new Registry() })
  Object.assign(prometheus, { onSignal: fail, onCall: fail })
  const slackOf = (token: string, retries: number, template: () => string) =>
    new SlackListener({
      channel: '#ops',
      client: new WebClient(token, {
        slackApiUrl: slack.url,
        retryConfig: { retries, minTimeout: 1, maxTimeout: 1 },
        logger: {
          debug: () => {},
          info: fail,
          warn: fail,
          error: fail,
          getLevel: () => LogLevel.INFO,
          setLevel: () => {},
          setName: () => {},
        },
      }),
      templates: { 'closed->open': template, summary: template },
    })
  return [
    fail,
    async () => fail(),
    () => new Promise(() => {}),
    { onSignal: fail, onCall: fail, onAttach: fail },
    { onAttach: () => fail, onCall: async () => fail() },
    {
      onSignal: () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable that throws
        then: fail,
      }),
    },
    new LogListener({ logger: { info: fail, warn: fail } }),
    new LogListener({ format: fail }),
    new WebhookListener({ url: 'http://127.0.0.1:1/', fetch: fail, attempts: 1 }),
    new WebhookListener({
      url: 'http://127.0.0.1:1/',
      fetch: async () => fail(),
      attempts: 2,
      backoffMs: 1,
    }),
    new WebhookListener({ url: 'http://127.0.0.1:1/', fetch: () => new Promise(() => {}) }),
    prometheus,
    slackOf('xoxb-wrong', 0, fail),
    slackOf(slack.token, 1, () => ''),
  ]
}

/** Runs 1,000 random calls, manual transitions and pauses; returns each result, state and snapshot. */
async function simulate(seed: number, listeners: Listener[]) {
  const random = seededRandom(seed)
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    timed: true,
    name: 'payments',
    window: countWindow(10),
    tripper: minRequests(3).and(failureRate(0.5)),
    retry: cooldown(1_000, { jitter: 0.3 }),
    probes: 2,
    clock,
    random: seededRandom(seed + 1),
    listeners,
    onError: () => {
      if (!isOver) fail()
    },
  })
  const seen: { result: unknown; state: State; snapshot: Snapshot }[] = []
  const transitions = ['reset', 'forceOpen', 'disable', 'metricsOnly', 'trip'] as const
  for (let step = 0; step < 1_000; step++) {
    const error = random() < 0.4 ? new Error(`down ${step}`) : undefined
    if (random() < 0.02)
      breaker[transitions[Math.floor(random() * transitions.length)] ?? 'reset']()
    clock.advance(random() * 200)
    const result = await breaker
      .call(async () => {
        clock.advance(random() * 50)
        if (error) throw error
        return step
      })
      .catch((thrown: Error) => (thrown === error ? `failure: ${thrown.message}` : thrown.message))
    if (step % 10 === 0) await setImmediate() // lets network events happen
    seen.push({ result, state: breaker.state, snapshot: breaker.snapshot() })
  }
  return { seen, breaker }
}

test.each([1, 2, 3])(
  'failing listeners change no result, state or snapshot (seed %i)',
  async (seed) => {
    slack.faults.push('server_error', 'drop', 'invalid_auth', 'leaky_status', 'hang')
    const expected = await simulate(seed, [])
    const actual = await simulate(seed, failingListeners())
    expect(actual.seen).toEqual(expected.seen)
    expect(new Set(expected.seen.map(({ state }) => state)).size).toBe(6)
    expect(slack.faults.length).toBeLessThan(5)
    actual.breaker.dispose()
    slack.release()
    expect(rejections).toEqual([])
  },
)
