import { CircuitBreaker, cooldown, failureStreak } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'

/** Calls 100 circuits as fast as possible; one of them opens and closes all the time. */
const options = { retry: cooldown(100), listeners: [devtoolsListener()] }
const circuits = Array.from(
  { length: 100 },
  (_, index) => new CircuitBreaker({ name: `circuit ${index}`, ...options }),
)
const unstable = new CircuitBreaker({ name: 'unstable', tripper: failureStreak(3), ...options })
let calls = 0

const succeed = async () => 'ok'
const fail = async () => {
  throw new Error('connection refused')
}

process.on('message', () => process.send?.({ calls, cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit())
process.send?.('ready')

for (;;) {
  for (const circuit of circuits) {
    await circuit.call(succeed)
    calls++
  }
  await unstable.call(Date.now() % 200 < 100 ? fail : succeed).catch(() => {})
  // a server returns to its event loop after a few calls
  await new Promise((resolve) => setImmediate(resolve))
}
