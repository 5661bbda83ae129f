import { CircuitBreaker } from '@fluxgate/core'
import { PrometheusListener, ServerOnlyError } from '@fluxgate/listeners/prometheus'
import { escapeMrkdwn, SlackListener } from '@fluxgate/listeners/slack'

// A page with universal code: it imports both server listeners and constructs neither.

const breaker = new CircuitBreaker({
  name: 'page',
  listeners: [
    typeof window === 'undefined' && new PrometheusListener(),
    typeof window === 'undefined' && new SlackListener({ channel: '#ops', token: 'xoxb-1' }),
  ],
})

/** Called by the test. */
globalThis.fluxgatePage = {
  call: () => breaker.callSync(() => escapeMrkdwn('a & b')),
  construct() {
    const attempts = [
      () => new PrometheusListener(),
      () => new SlackListener({ channel: '#ops', token: 'xoxb-1' }),
    ]
    return attempts.map((attempt) => {
      try {
        attempt()
        return 'constructed'
      } catch (error) {
        return `${error instanceof ServerOnlyError} ${error.name}: ${error.message.slice(0, 45)}`
      }
    })
  },
}
