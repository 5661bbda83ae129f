import { CircuitBreaker } from '@fluxgate/core'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import { expect, test } from 'vitest'

const { PrometheusListener } = prometheus
const { SlackListener } = slack

test('the browser modules export the names of the server modules', () => {
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

test('a constructor throws ServerOnlyError, which shows the guard to write', () => {
  expect(() => new PrometheusListener()).toThrow(prometheus.ServerOnlyError)
  expect(() => new PrometheusListener()).toThrow(
    'PrometheusListener runs on servers only, but this bundle is for a browser, a worker or an edge runtime. Importing it is safe; guard the constructor: PrometheusListener.isSupported && new PrometheusListener(…)',
  )
  expect(() => new SlackListener({ channel: '#ops', token: 'xoxb-1' })).toThrow(
    /^SlackListener runs on servers only/,
  )
})

test('guarded constructors and instanceof work in a browser', () => {
  const breaker = new CircuitBreaker({
    name: 'payments',
    listeners: [
      PrometheusListener.isSupported && new PrometheusListener(),
      SlackListener.isSupported && new SlackListener({ channel: '#ops', token: 'xoxb-1' }),
    ],
  })
  expect(breaker).not.toBeInstanceOf(PrometheusListener)
  expect(breaker.callSync(() => 1)).toBe(1)
})

test('the helpers for templates work in a browser', () => {
  expect(slack.escapeMrkdwn('<!here>')).toBe('&lt;!here&gt;')
  expect(slack.slackDate(0)).toContain('1970-01-01 00:00:00 UTC')
})
