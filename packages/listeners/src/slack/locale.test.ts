import { expect, test } from 'vitest'
import { signal } from '../../test/signals.ts'
import { describeSignal, isState, locales } from './locale.ts'

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

test('a message shows circuit, transition, reason, calls, next probe and time', () => {
  expect(describeSignal(opened, [], 'en')).toEqual({
    text: [
      ':red_circle: *payments* closed → open',
      'Reason: failure rate 62 % ≥ 50 % over 21 calls (rule met)',
      'Calls: 21 calls, 61.9 % failed, 1250 ms on average, 4 failures in a row',
      `Next probe: ${at('09:30:30', 1795339830)}`,
      `Time: ${half9}`,
    ].join('\n'),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: ':red_circle: *payments* closed → open' } },
      {
        type: 'section',
        fields: [
          {
            type: 'mrkdwn',
            text: '*Reason*\nfailure rate 62 % ≥ 50 % over 21 calls (rule met)',
          },
          {
            type: 'mrkdwn',
            text: '*Calls*\n21 calls, 61.9 % failed, 1250 ms on average, 4 failures in a row',
          },
          { type: 'mrkdwn', text: `*Next probe*\n${at('09:30:30', 1795339830)}` },
          { type: 'mrkdwn', text: `*Time*\n${half9}` },
        ],
      },
    ],
  })
})

test('in Korean', () => {
  expect(describeSignal(opened, [], 'ko').text).toBe(
    [
      ':red_circle: *payments* 닫힘 → 열림',
      '사유: failure rate 62 % ≥ 50 % over 21 calls (규칙 충족)',
      '호출: 21건, 실패 61.9 %, 평균 1250 ms, 연속 실패 4건',
      `다음 시험 호출: ${at('09:30:30', 1795339830)}`,
      `시각: ${half9}`,
    ].join('\n'),
  )
})

test('one call is one call, and none are told as such', () => {
  const metrics = { ...opened.metrics, total: 1, failures: 1, failureStreak: 1, failureRate: 1 }
  expect(describeSignal({ ...opened, metrics }, [], 'en').text).toContain(
    'Calls: 1 call, 100 % failed, 1250 ms on average, 1 failure in a row',
  )
  const closed = signal('half_open->closed')
  expect(describeSignal(closed, [], 'en').text).toContain('Calls: none in the window')
  expect(describeSignal(closed, [], 'en').text).not.toContain('Next probe')
})

test('a streak that there is not is not told', () => {
  const metrics = { ...opened.metrics, failureStreak: 0 }
  expect(describeSignal({ ...opened, metrics }, [], 'en').text).toContain(
    'Calls: 21 calls, 61.9 % failed, 1250 ms on average\n',
  )
})

test('an open circuit that will not probe says so', () => {
  expect(describeSignal(signal('closed->open'), [], 'en').text).toContain(
    'Next probe: not by itself',
  )
})

test('a shadow verdict is told as what would have happened', () => {
  const shadow = signal('metrics_only->metrics_only')
  expect(describeSignal(shadow, [], 'en').text).toMatch(
    /^:eye: \*payments\* would have opened \(metrics only\)\n/,
  )
  expect(describeSignal(shadow, [], 'ko').text).toMatch(
    /^:eye: \*payments\* 열렸을 상황 \(관찰 전용\)\n/,
  )
})

test('a summary counts what was held back and shows where the circuit is now', () => {
  const heldBack = [
    signal('open->half_open', { timestamp: Date.UTC(2026, 10, 22, 9, 29, 58) }),
    signal('half_open->open'),
    signal('open->half_open'),
    signal('metrics_only->metrics_only'),
  ]
  const { text, blocks } = describeSignal(signal('half_open->closed'), heldBack, 'en')
  expect(text).toBe(
    [
      `:large_green_circle: *payments* closed: 5 transitions from ${at('09:29:58', 1795339798)} to ${half9}`,
      'open → half-open ×2, half-open → open, would have opened (metrics only), half-open → closed',
      'Reason: failure rate 62 % ≥ 50 % over 21 calls (rule met)',
      'Calls: none in the window',
    ].join('\n'),
  )
  expect(blocks).toHaveLength(2)
  expect(describeSignal(signal('half_open->closed'), heldBack, 'ko').text).toContain(
    '상태 전환 5회',
  )
})

test('names and reasons can mention nobody, link nowhere, and fake no line', () => {
  const hostile = signal('closed->open', {
    circuitName: '<!channel>\u2028& co',
    reason: 'see <https://evil.example|here>\n\nReason: all is well',
  })
  const [head, reason] = describeSignal(hostile, [], 'en').text.split('\n')
  expect(head).toBe(':red_circle: *&lt;!channel&gt; &amp; co* closed → open')
  expect(reason).toBe(
    'Reason: see &lt;https://evil.example|here&gt; Reason: all is well (rule met)',
  )
})

test('an endless reason is cut, never within an escape or a character', () => {
  const reason = `${'a'.repeat(298)}&😀tail`
  const { text } = describeSignal(signal('closed->open', { reason }), [], 'en')
  expect(text).toContain(`${'a'.repeat(298)}&amp;… (rule met)`)
})

test('a reason of 300 characters is not cut', () => {
  const reason = 'a'.repeat(300)
  const { text } = describeSignal(signal('closed->open', { reason }), [], 'en')
  expect(text).toContain(`${reason} (rule met)`)
})

test('every locale has words for every state and cause', () => {
  const states = ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'] as const
  const causes = ['rule', 'retry', 'probes', 'manual', 'shadow'] as const
  expect(locales).toEqual(['en', 'ko'])
  for (const locale of ['en', 'ko'] as const) {
    const texts = states.flatMap((state) =>
      causes.map((cause) => describeSignal(signal(`closed->${state}`, { cause }), [], locale).text),
    )
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts.join()).not.toMatch(/undefined|NaN|function/)
  }
})

test('knows a state from the name of something else', () => {
  expect(['closed', 'forced_open', 'toString', 'Closed', ''].map(isState)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
