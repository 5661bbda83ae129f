import { CircuitBreaker } from '@fluxgate/core'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import { expect, test } from 'vitest'

const { PrometheusListener } = prometheus
const { SlackListener } = slack

test('what a browser imports has the names of what a server imports', () => {
  expect(Object.keys(prometheus).sort()).toEqual(['PrometheusListener', 'ServerOnlyError'])
  expect(Object.keys(slack).sort()).toEqual([
    'ServerOnlyError',
    'SlackListener',
    'escapeMrkdwn',
    'slackDate',
  ])
  expect([PrometheusListener.name, SlackListener.name]).toEqual([
    'PrometheusListener',
    'SlackListener',
  ])
  expect(prometheus.ServerOnlyError).toBe(slack.ServerOnlyError)
})

test('constructing one says what is wrong and what to do', () => {
  expect(() => new PrometheusListener()).toThrow(prometheus.ServerOnlyError)
  expect(() => new PrometheusListener()).toThrow(
    "PrometheusListener runs on servers only and was constructed in a browser. Importing it is fine; construct it behind a check: typeof window === 'undefined' && new PrometheusListener(…)",
  )
  expect(() => new SlackListener({ channel: '#ops', token: 'xoxb-1' })).toThrow(
    /^SlackListener runs on servers only/,
  )
})

test('code for both places works here: a check in front of it, or instanceof', () => {
  const breaker = new CircuitBreaker({
    name: 'payments',
    listeners: [
      typeof window === 'undefined' && new PrometheusListener(),
      typeof window === 'undefined' && new SlackListener({ channel: '#ops', token: 'xoxb-1' }),
    ],
  })
  expect(breaker).not.toBeInstanceOf(PrometheusListener)
  expect(breaker.callSync(() => 1)).toBe(1)
})

test('the helpers for templates work anywhere', () => {
  expect(slack.escapeMrkdwn('<!here>')).toBe('&lt;!here&gt;')
  expect(slack.slackDate(0)).toContain('1970-01-01 00:00:00 UTC')
})
