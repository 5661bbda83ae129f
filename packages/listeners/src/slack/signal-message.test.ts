import type { Cause, Signal, State } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { signal } from '../../test/signals.ts'
import { digestMessage, signalMessage, withSource } from './signal-message.ts'

const opened = signal('closed->open', {
  metrics: {
    total: 21,
    failures: 13,
    ignored: 0,
    totalDurationMs: 26_250,
    failureStreak: 4,
    failureRate: 13 / 21,
    avgDurationMs: 1_250,
    slow: {},
  },
  retryAt: Date.UTC(2026, 10, 22, 9, 30, 30),
})

const at = (time: string, seconds: number) =>
  `<!date^${seconds}^{date_short_pretty} {time_secs}|2026-11-22 ${time} UTC>`
const half9 = at('09:30:00', 1795339800)

const textOf = (of: Signal, locale: 'en' | 'ko' = 'en') => signalMessage(of, [], locale).text
const reasonOf = (of: Signal, locale: 'en' | 'ko' = 'en') =>
  /^(?:Reason|이유): (.*)$/m.exec(textOf(of, locale))?.[1]

test('shows circuit, transition, reason, calls, next probe and time', () => {
  expect(signalMessage(opened, [], 'en')).toEqual({
    text: [
      ':red_circle: *payments* closed → open',
      'Reason: failure rate 62 % ≥ 50 % over 21 calls (rule met)',
      'Calls: 21 calls, 61.9 % failed, 1250 ms on average, 4 failures in a row',
      `Next probe: ${at('09:30:30', 1795339830)}`,
      `Time: ${half9}`,
    ].join('\n'),
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: ':red_circle: *payments* closed → open',
          verbatim: true,
        },
      },
      {
        type: 'section',
        fields: [
          {
            type: 'mrkdwn',
            text: '*Reason*\nfailure rate 62 % ≥ 50 % over 21 calls (rule met)',
            verbatim: true,
          },
          {
            type: 'mrkdwn',
            text: '*Calls*\n21 calls, 61.9 % failed, 1250 ms on average, 4 failures in a row',
            verbatim: true,
          },
          {
            type: 'mrkdwn',
            text: `*Next probe*\n${at('09:30:30', 1795339830)}`,
            verbatim: true,
          },
          { type: 'mrkdwn', text: `*Time*\n${half9}`, verbatim: true },
        ],
      },
    ],
  })
})

test('shows the same in Korean', () => {
  expect(textOf(opened, 'ko')).toBe(
    [
      ':red_circle: *payments* 닫힘 → 열림',
      '이유: failure rate 62 % ≥ 50 % over 21 calls (차단 조건 충족)',
      '호출 현황: 21건, 실패율 61.9%, 평균 소요 시간 1250ms, 4회 연속 실패',
      `다음 프로브: ${at('09:30:30', 1795339830)}`,
      `전환 시각: ${half9}`,
    ].join('\n'),
  )
})

describe('calls', () => {
  test('uses the singular for one call, and reports an empty window', () => {
    const metrics = { ...opened.metrics, total: 1, failures: 1, failureStreak: 1, failureRate: 1 }
    expect(textOf({ ...opened, metrics })).toContain(
      'Calls: 1 call, 100 % failed, 1250 ms on average, 1 failure in a row',
    )
    const closed = signal('half_open->closed')
    expect(textOf(closed)).toContain('Calls: none in the window')
    expect(textOf(closed, 'ko')).toContain('호출 현황: 집계된 호출 없음')
    expect(textOf(closed)).not.toContain('Next probe')
  })

  test('omits the average of calls that were not timed', () => {
    const { avgDurationMs: _, ...metrics } = opened.metrics
    expect(textOf({ ...opened, metrics })).toContain(
      'Calls: 21 calls, 61.9 % failed, 4 failures in a row\n',
    )
  })

  test('omits a failure streak of 0', () => {
    const metrics = { ...opened.metrics, failureStreak: 0 }
    expect(textOf({ ...opened, metrics })).toContain(
      'Calls: 21 calls, 61.9 % failed, 1250 ms on average\n',
    )
  })
})

test('an open circuit without a next probe needs a manual reset', () => {
  expect(textOf(signal('closed->open'))).toContain('Next probe: never (manual reset required)')
  expect(textOf(signal('closed->open'), 'ko')).toContain('다음 프로브: 없음(수동 복구 필요)')
})

test('a shadow verdict shows that the circuit would have opened', () => {
  const shadow = signal('metrics_only->metrics_only')
  expect(textOf(shadow)).toMatch(/^:eye: \*payments\* would have opened \(metrics only\)\n/)
  expect(textOf(shadow, 'ko')).toMatch(
    /^:eye: \*payments\* 열림 조건 충족, 열지 않음 \(관찰 모드\)\n/,
  )
})

describe('reason', () => {
  test.each<[Cause, Partial<Signal>, en: string, ko: string]>([
    ['rule', { reason: 'night shift' }, 'night shift (rule met)', 'night shift (차단 조건 충족)'],
    ['retry', { reason: 'any' }, 'retry time reached', '프로브 시각 도달'],
    ['probes', { reason: '2 of 3 probes succeeded' }, '2 of 3 probes succeeded', '프로브 결과'],
    [
      'manual',
      { reason: 'deployment' },
      'deployment (manual transition)',
      'deployment (수동 전환)',
    ],
    ['manual', { reason: 'tripped manually' }, 'tripped manually', '수동 전환'],
    ['manual', { reason: 'reset manually', newState: 'closed' }, 'reset manually', '수동 전환'],
    [
      'shadow',
      { reason: 'night shift' },
      'night shift (rule met, calls not rejected)',
      'night shift (차단 조건 충족, 차단하지 않음)',
    ],
    [
      'fleet',
      { reason: '2 of 3 instances failed' },
      '2 of 3 instances failed (decided by the fleet)',
      '전체 인스턴스의 결정',
    ],
  ])('%s: %j', (cause, rest, en, ko) => {
    const of = signal('half_open->open', { cause, ...rest })
    expect([reasonOf(of), reasonOf(of, 'ko')]).toEqual([en, ko])
  })
})

describe('summary', () => {
  const earlier = [
    signal('open->half_open', { timestamp: Date.UTC(2026, 10, 22, 9, 29, 58) }),
    signal('half_open->open'),
    signal('open->half_open'),
    signal('metrics_only->metrics_only'),
  ]
  const closed = signal('half_open->closed')

  test('counts the events and shows the current state', () => {
    const { text, blocks } = signalMessage(closed, earlier, 'en')
    expect(text).toBe(
      [
        `:large_green_circle: *payments* closed: 5 events from ${at('09:29:58', 1795339798)} to ${half9}`,
        'open → half-open ×2, half-open → open, would have opened (metrics only), half-open → closed',
        'Reason: failure rate 62 % ≥ 50 % over 21 calls (rule met)',
        'Calls: none in the window',
      ].join('\n'),
    )
    expect(blocks).toHaveLength(2)
  })

  test('counts the events in Korean', () => {
    expect(signalMessage(closed, earlier, 'ko').text).toContain(
      `닫힘: ${at('09:29:58', 1795339798)} ~ ${half9}, 알림 5건\n`,
    )
  })
})

describe('source', () => {
  test('is shown in a message and in a summary', () => {
    for (const earlier of [[], [opened]]) {
      const { text, blocks } = signalMessage(opened, earlier, 'en', 'checkout-7 · <production>')
      expect(text).toMatch(/\nSource: checkout-7 · &lt;production&gt;$/)
      expect(JSON.stringify(blocks)).toContain('*Source*\\ncheckout-7')
    }
  })

  test('is added to the message of a template, with and without blocks', () => {
    expect(withSource({ text: 'open' }, 'en', 'eu')).toEqual({ text: 'open\nSource: eu' })
    expect(withSource({ text: 'open', blocks: [{ type: 'divider' }] }, 'ko', 'eu')).toEqual({
      text: 'open\n출처: eu',
      blocks: [
        { type: 'divider' },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: '출처: eu', verbatim: true }],
        },
      ],
    })
    expect(withSource({ text: 'open' }, 'en', undefined)).toEqual({ text: 'open' })
  })
})

describe('digest', () => {
  const named = (circuitName: string) => ({ ...opened, circuitName })

  test('shows a line for each circuit, with its last reason', () => {
    const recovered = [
      signal('open->half_open'),
      signal('half_open->closed', { cause: 'probes', reason: '3 of 3 probes succeeded' }),
    ]
    const { text, blocks } = digestMessage([[named('search')], recovered], 'en', 'eu')
    expect(text).toBe(
      [
        '*2 circuits changed their state*',
        ':red_circle: *search* closed → open: failure rate 62 % ≥ 50 % over 21 calls',
        ':large_green_circle: *payments* open → half-open, half-open → closed: 3 of 3 probes succeeded',
        'Source: eu',
      ].join('\n'),
    )
    expect(blocks).toEqual([{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }])
    expect(digestMessage([[named('a')], [named('b')]], 'ko').text).toMatch(
      /^\*서킷 2개의 상태가 바뀜\*\n:red_circle: \*a\* 닫힘 → 열림: /,
    )
  })

  test('names the number of circuits that it leaves out', () => {
    const circuits = Array.from({ length: 50 }, (_, i) => [named(`host-${i}`)])
    expect(digestMessage(circuits, 'en').text.split('\n').at(-1)).toBe('and 2 more')
    expect(digestMessage(circuits, 'ko').text.split('\n').at(-1)).toBe('그 외 2개')
  })

  test('respects the limits of Slack with 500 circuits of long names', () => {
    const circuits = Array.from({ length: 500 }, (_, i) => [
      { ...named(`${i} ${'&'.repeat(400)}`), reason: '<'.repeat(500) },
    ])
    const { text, blocks = [] } = digestMessage(circuits, 'en')
    expect(text.length).toBeLessThan(40_000)
    expect(text.endsWith('\nand 452 more')).toBe(true)
    expect(blocks.length).toBeLessThan(50)
    for (const block of blocks) {
      expect((block['text'] as { text: string }).text.length).toBeLessThanOrEqual(3_000)
    }
  })
})

test.each([Number.MAX_SAFE_INTEGER, 1e300, -1e300, Number.NaN, Number.POSITIVE_INFINITY])(
  'the time %d does not lose a message',
  (time) => {
    expect(textOf({ ...opened, retryAt: time, timestamp: time })).toMatch(/^:red_circle: /)
  },
)

describe('untrusted text', () => {
  test('has no formatting, emoji or quotation', () => {
    const text = textOf(
      signal('closed->open', {
        circuitName: '*pay*ments_v2 `code` ~gone~ _it_ :fire:',
        reason: '> quoted *bold* :+1:',
      }),
    )
    expect(text).not.toMatch(/\*pay|`|~|_it|it_|:fire:|:\+1:|\n&gt;|: &gt;/)
    expect(text).toContain('ments_v2')
    expect(text.match(/\*/g)).toHaveLength(2)
  })

  test('cannot mention, link or add a line', () => {
    const hostile = signal('closed->open', {
      circuitName: '<!channel>\u2028& co',
      reason: 'see <https://evil.example|here>\n\nReason: all is well',
    })
    const [head, reason] = textOf(hostile).split('\n')
    expect(head).toBe(':red_circle: *&lt;!channel&gt; &amp; co* closed → open')
    expect(reason).toBe(
      'Reason: see &lt;https://evil.example|here&gt; Reason: all is well (rule met)',
    )
  })

  test('is cut to 300 characters, never within an escape or a character', () => {
    const long = `${'a'.repeat(298)}&😀tail`
    expect(reasonOf(signal('closed->open', { reason: long }))).toBe(
      `${'a'.repeat(298)}&amp;… (rule met)`,
    )
    const longest = 'a'.repeat(300)
    expect(reasonOf(signal('closed->open', { reason: longest }))).toBe(`${longest} (rule met)`)
  })
})

test.each(['en', 'ko'] as const)('every state has its own text in %s', (locale) => {
  const states: Record<State, 0> = {
    closed: 0,
    open: 0,
    half_open: 0,
    metrics_only: 0,
    disabled: 0,
    forced_open: 0,
  }
  const texts = Object.keys(states).map((state) =>
    textOf(signal(`closed->${state as State}`), locale),
  )
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts.join()).not.toMatch(/undefined|NaN|function/)
})
