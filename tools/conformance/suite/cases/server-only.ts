import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Made = new (options?: unknown) => object
type Format = (value: unknown) => string

const classesOf = ({ listeners: { prometheus, slack } }: Subject) => [
  ['PrometheusListener', prometheus['PrometheusListener'] as Made] as const,
  ['SlackListener', slack['SlackListener'] as Made] as const,
]

const serverOnlyErrorOf = ({ listeners }: Subject) =>
  listeners.prometheus['ServerOnlyError'] as new (
    name: string,
  ) => Error

/** The conditional exports of `@fluxgate/listeners`, on servers and in browsers. */
export const serverOnlyCases = cases('7. @fluxgate/listeners', {
  'servers and browsers have the same exports': ({ listeners }) => {
    assert.deepEqual(Object.keys(listeners.prometheus).sort(), [
      'PrometheusListener',
      'ServerOnlyError',
    ])
    assert.deepEqual(Object.keys(listeners.slack).sort(), [
      'ServerOnlyError',
      'SlackListener',
      'escapeMrkdwn',
      'slackDate',
    ])
  },
  'the listener classes have their names': (s) => {
    for (const [name, made] of classesOf(s)) assert.strictEqual(made.name, name)
  },
  'in browsers the constructors throw ServerOnlyError with advice': (s) => {
    if (s.isServer) return
    for (const [name, Listener] of classesOf(s)) {
      const error = thrown(() => new Listener())
      assert.instanceOf(error, serverOnlyErrorOf(s))
      assert.strictEqual((error as Error).name, 'ServerOnlyError')
      assert.isTrue((error as Error).message.startsWith(`${name} runs on servers only`))
      assert.include((error as Error).message, "typeof window === 'undefined'")
    }
  },
  'on servers the constructors check their options instead of throwing ServerOnlyError': (s) => {
    if (!s.isServer) return
    for (const [name, Listener] of classesOf(s)) {
      const error = thrown(() => new Listener(5))
      assert.instanceOf(error, TypeError)
      assert.notInstanceOf(error, serverOnlyErrorOf(s))
      assert.include(String(error), `${name}: options must be an object, got 5`)
    }
  },
  'ServerOnlyError is one class with a name': (s) => {
    const { prometheus, slack } = s.listeners
    assert.strictEqual(prometheus['ServerOnlyError'], slack['ServerOnlyError'])
    const error = new (serverOnlyErrorOf(s))('X')
    assert.instanceOf(error, Error)
    assert.strictEqual(error.name, 'ServerOnlyError')
  },
  'the template helpers work on servers and in browsers': ({ listeners }) => {
    const escapeMrkdwn = listeners.slack['escapeMrkdwn'] as Format
    const slackDate = listeners.slack['slackDate'] as Format
    assert.strictEqual(escapeMrkdwn('<!channel> & <@U1>'), '&lt;!channel&gt; &amp; &lt;@U1&gt;')
    const date = slackDate(Date.UTC(2026, 10, 22, 9, 30))
    assert.strictEqual(
      date,
      '<!date^1795339800^{date_short_pretty} {time_secs}|2026-11-22 09:30:00 UTC>',
    )
  },
})
