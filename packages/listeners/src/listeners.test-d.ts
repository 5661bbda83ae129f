import { CircuitBreaker, type Signal } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { SlackListener } from '@fluxgate/listeners/slack'
import { WebClient } from '@slack/web-api'
import { type OpenMetricsContentType, Registry } from 'prom-client'
import { expectTypeOf } from 'vitest'

// `tsc` checks this file; it is never executed.

const channel = '#ops'
const token = 'xoxb-1'
const client = new WebClient(token)

new SlackListener({ channel, token })
new SlackListener({ channel, client, locale: 'ko' })
// @ts-expect-error neither token nor client
new SlackListener({ channel })
// @ts-expect-error both token and client
new SlackListener({ channel, token, client })
// @ts-expect-error no channel
new SlackListener({ token })
// @ts-expect-error unknown language
new SlackListener({ channel, token, locale: 'fr' })

new SlackListener({
  channel,
  token,
  templates: {
    'closed->open': (signal) => {
      expectTypeOf(signal).toEqualTypeOf<Signal>()
      return signal.circuitName
    },
    'half_open->closed': () => ({ text: 'fine', blocks: [{ type: 'divider' }] }),
    summary: (signals) => {
      expectTypeOf(signals).toEqualTypeOf<readonly Signal[]>()
      return ''
    },
  },
})
// @ts-expect-error unknown transition
new SlackListener({ channel, token, templates: { 'closed->opened': () => '' } })
// @ts-expect-error a template must be synchronous
new SlackListener({ channel, token, templates: { 'closed->open': async () => '' } })

new PrometheusListener()
new PrometheusListener({ registry: new Registry(), buckets: [1, 2] as const })
new PrometheusListener({ registry: new Registry<OpenMetricsContentType>() })
// @ts-expect-error a string is not a registry
new PrometheusListener({ registry: 'default' })

new PrometheusListener({ labels: { service: 'checkout' } })
// @ts-expect-error a label is a string
new PrometheusListener({ labels: { service: 7 } })

expectTypeOf(PrometheusListener.isSupported).toEqualTypeOf<boolean>()
const slack = new SlackListener({ channel, client, source: 'checkout-7 · production' })
expectTypeOf(slack.flush({ timeoutMs: 5_000 })).toEqualTypeOf<Promise<boolean>>()

new CircuitBreaker({
  name: 'payments',
  listeners: [
    new PrometheusListener(),
    SlackListener.isSupported && new SlackListener({ channel, token }),
  ],
})
