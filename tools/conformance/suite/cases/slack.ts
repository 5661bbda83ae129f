import type { ListenerObject } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

interface Message {
  channel: string
  text: string
  thread_ts?: string
  reply_broadcast?: boolean
}

type SlackListener = ListenerObject & { flush(): Promise<void> }

/** The part of a WebClient that the listener uses; `down` makes it fail. */
class Client {
  readonly token = 'xoxb-hunter2'
  readonly messages: Message[] = []
  down = false

  readonly chat = {
    postMessage: async (message: Message) => {
      if (this.down) throw new Error(`request with ${this.token} failed`)
      this.messages.push(message)
      return { ok: true, ts: `ts-${this.messages.length}` }
    },
  }
}

const listenerOf = (s: Subject, options: object) =>
  new (s.listeners.slack['SlackListener'] as new (options: object) => SlackListener)(options)

function posting(s: Subject, options: object = {}) {
  const client = new Client()
  const slack = listenerOf(s, { channel: '#ops', client, ...options })
  const rig = new SubjectRig(s, { probes: 1, listeners: [slack] })
  const flush = async () => {
    await rig.breaker.flush()
    await slack.flush()
  }
  return { rig, client, slack, flush }
}

const onServers = (runs: Readonly<Record<string, ConformanceCase['run']>>) =>
  cases('7. SlackListener', runs).map((one) => ({
    ...one,
    name: `on servers: ${one.name}`,
    run: (subject: Subject) => (subject.isServer ? one.run(subject) : undefined),
  }))

export const slackCases: readonly ConformanceCase[] = onServers({
  'each failure cycle is one thread, and recovery is also sent to the channel': async (s) => {
    const { rig, client, flush } = posting(s)
    rig.fail(3)
    await flush()
    rig.clock.advance(COOLDOWN_MS)
    rig.breaker.acquire().release()
    await flush()
    rig.succeed()
    await flush()
    rig.fail(3)
    await flush()
    assert.deepEqual(
      client.messages.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast]),
      [
        [undefined, undefined],
        ['ts-1', undefined],
        ['ts-1', true],
        [undefined, undefined],
      ],
    )
    assert.isTrue(client.messages.every(({ channel }) => channel === '#ops'))
  },
  'a message shows circuit, transition, reason, metrics and times as Slack dates': async (s) => {
    const { rig, client, flush } = posting(s)
    rig.fail(3)
    await flush()
    const { text } = client.messages[0] as Message
    assert.include(text, 'payments')
    assert.include(text, 'closed → open')
    assert.include(text, 'failure streak 3 ≥ 3 over 3 calls')
    assert.include(text, '3 calls')
    const seconds = Math.floor((rig.clock.timestamp() + COOLDOWN_MS) / 1_000)
    assert.include(text, `<!date^${seconds}^`)
  },
  'names and reasons are escaped': async (s) => {
    const client = new Client()
    const slack = listenerOf(s, { channel: '#ops', client })
    const rig = new SubjectRig(s, { name: '<!channel>', listeners: [slack] })
    rig.breaker.trip({ reason: 'see <https://evil.example|here> & <@U1>' })
    await slack.flush()
    const text = client.messages[0]?.text ?? ''
    assert.notMatch(text, /<(?!!date\^)/)
    assert.include(text, '&lt;!channel&gt;')
  },
  'a flapping circuit sends few messages, and the next one summarizes the others': async (s) => {
    const { rig, client, flush } = posting(s)
    for (let i = 0; i < 20; i++) {
      rig.breaker.trip()
      rig.breaker.reset()
    }
    await flush()
    assert.isAtMost(client.messages.length, 3)
    assert.match(client.messages.at(-1)?.text ?? '', /\d+ events from/)
  },
  'errors do not contain the token': async (s) => {
    const { rig, client, flush } = posting(s)
    client.down = true
    rig.breaker.trip()
    await flush()
    assert.strictEqual(rig.errors.length, 1)
    const { error } = rig.errors[0] as { error: Error }
    assert.include(error.message, 'message not posted')
    assert.notInclude(`${error.message} ${error.stack} ${JSON.stringify(error)}`, 'hunter2')
  },
  'messages can be Korean': async (s) => {
    const { rig, client, flush } = posting(s, { locale: 'ko' })
    rig.breaker.trip()
    await flush()
    assert.include(client.messages[0]?.text, '닫힘 → 열림')
  },
  'a template replaces the text, unless it throws': async (s) => {
    const broken = new Error('template')
    const { rig, client, flush } = posting(s, {
      templates: {
        'closed->open': () => 'own words',
        'open->forced_open': () => {
          throw broken
        },
      },
    })
    rig.breaker.trip()
    await flush()
    rig.breaker.forceOpen()
    await flush()
    assert.strictEqual(client.messages[0]?.text, 'own words')
    assert.include(client.messages[1]?.text, 'open → forced open')
    assert.strictEqual(rig.errors[0]?.error, broken)
  },
  'a channel and either a token or a client are required': (s) => {
    const client = new Client()
    assert.throws(() => listenerOf(s, { channel: '', client }), RangeError, 'channel')
    assert.throws(() => listenerOf(s, { channel: '#ops' }), TypeError, 'neither')
    assert.throws(() => listenerOf(s, { channel: '#ops', client, token: 'x' }), TypeError, 'both')
    assert.throws(() => listenerOf(s, { channel: '#ops', client, locale: 'xx' }), RangeError, 'xx')
  },
  'two circuits of one name have a thread each': async (s) => {
    const { rig, client, slack, flush } = posting(s)
    const other = new SubjectRig(s, { listeners: [slack] })
    for (const { breaker } of [rig, other]) {
      breaker.trip()
      await flush()
    }
    for (const { breaker } of [rig, other]) {
      breaker.reset()
      await flush()
    }
    const threads = client.messages.map(({ thread_ts }) => thread_ts)
    assert.deepEqual(threads, [undefined, undefined, 'ts-1', 'ts-2'])
  },
  'many circuits that change at once share one message': async (s) => {
    const { client, slack } = posting(s)
    const rigs = Array.from(
      { length: 40 },
      (_, i) => new SubjectRig(s, { name: `host-${i}`, listeners: [slack] }),
    )
    for (const { breaker } of rigs) breaker.trip()
    await slack.flush()
    assert.lengthOf(client.messages, 1)
    for (const { breaker } of rigs) assert.include(client.messages[0]?.text, `*${breaker.name}*`)
  },
  'a refused reply goes to the channel': async (s) => {
    const { rig, client, flush } = posting(s)
    rig.breaker.trip()
    await flush()
    const { postMessage } = client.chat
    client.chat.postMessage = (message) => {
      const refusal = Object.assign(new Error('thread_not_found'), {
        code: 'slack_webapi_platform_error',
      })
      return message.thread_ts === undefined ? postMessage(message) : Promise.reject(refusal)
    }
    rig.breaker.reset()
    await flush()
    assert.lengthOf(client.messages, 2)
    assert.isUndefined(client.messages[1]?.thread_ts)
    assert.deepEqual(rig.errors, [])
  },
  'names and reasons show no formatting, emoji or link': async (s) => {
    const client = new Client()
    const slack = listenerOf(s, { channel: '#ops', client, source: 'eu · *1*' })
    const name = '*pay*ments_v2 `x` ~y~ :fire:'
    const rig = new SubjectRig(s, { name, listeners: [slack] })
    rig.breaker.trip({ reason: 'https://evil.example', forMs: Number.MAX_SAFE_INTEGER })
    await slack.flush()
    const {
      text = '',
      parse,
      blocks,
    } = (client.messages[0] ?? {}) as Partial<Message> & {
      parse?: string
      blocks?: unknown
    }
    assert.notMatch(text, /\*pay|`|~|:fire:|\*1\*/)
    assert.include(text, 'ments_v2')
    assert.strictEqual(parse, 'none')
    const json = JSON.stringify(blocks)
    assert.strictEqual(json.split('"mrkdwn"').length, json.split('"verbatim":true').length)
  },
  'errors do not quote a text at the wrong place': (s) => {
    const secret = 'xoxb-hunter2'
    for (const options of [secret, { channel: [secret] }, { channel: '#ops', templates: secret }]) {
      let message = ''
      try {
        listenerOf(s, options as object)
      } catch (error) {
        message = String(error)
      }
      assert.match(message, /^TypeError: SlackListener: /)
      assert.notInclude(message, 'hunter2')
    }
  },
})
