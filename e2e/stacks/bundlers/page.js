import { CircuitBreaker } from '@fluxgate/core'
import { PrometheusListener, ServerOnlyError } from '@fluxgate/listeners/prometheus'
import { escapeMrkdwn, SlackListener } from '@fluxgate/listeners/slack'

// A page with code that is for servers as well: it imports both listeners and constructs neither.

const breaker = new CircuitBreaker({
  name: 'page',
  listeners: [
    typeof window === 'undefined' && new PrometheusListener(),
    typeof window === 'undefined' && new SlackListener({ channel: '#ops', token: 'xoxb-1' }),
  ],
})

/** What a test asks of the page once it is loaded. */
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
