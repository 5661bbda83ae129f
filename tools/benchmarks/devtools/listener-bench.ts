import { CircuitBreaker } from '@fluxgate/core'
import {
  type DevtoolsHook,
  devtoolsKey,
  devtoolsListener,
  maxEventsPerRead,
} from '@fluxgate/core/devtools'
import { Timings } from './timings.ts'

// Cost of a devtoolsListener: per call, rejection, transition and read.

const ROUNDS = 60
const CALLS = 5_000
const TRANSITIONS = 1_000

const succeed = async () => 1
const listeners = [devtoolsListener()]
const breakers = [
  ['without', new CircuitBreaker({ name: 'without' })],
  ['with devtools', new CircuitBreaker({ name: 'with', listeners })],
] as const
const lines: Timings[] = []
const timingsOf = (what: string, times: number) => {
  const timings = new Timings(what, times)
  lines.push(timings)
  return timings
}

const table = breakers.map(([how, breaker]) => ({
  breaker,
  call: timingsOf(`a call, ${how}`, CALLS),
  rejection: timingsOf(`a rejection, ${how}`, CALLS),
  move: timingsOf(`a transition, ${how}`, TRANSITIONS),
}))

// in alternation, so that other load on the machine affects all of them
for (let round = 0; round < ROUNDS; round++) {
  for (const { breaker, call, rejection, move } of table) {
    breaker.reset()
    await call.timeAsync(async () => {
      for (let i = 0; i < CALLS; i++) await breaker.call(succeed)
    })
    move.time(() => {
      for (let i = 0; i < TRANSITIONS; i += 2) {
        breaker.disable()
        breaker.reset()
      }
    })
    breaker.forceOpen()
    rejection.time(() => {
      for (let i = 0; i < CALLS; i++) breaker.tryAcquire()
    })
  }
}

const hook: DevtoolsHook = Reflect.get(globalThis, Symbol.for(devtoolsKey))
const idleBreakers = Array.from(
  { length: 1_000 },
  (_, i) => new CircuitBreaker({ name: `host ${i}`, listeners }),
)
for (const breaker of idleBreakers)
  for (let i = 0; i < 10; i++) breaker[i % 2 ? 'reset' : 'disable']()
const idle = timingsOf('a read of 1,000 idle circuits', 1)
const full = timingsOf(`a read of ${maxEventsPerRead} events, as JSON`, 1)
const watching = timingsOf('a read that measures 40 circuits', 1)
let end = 0
for (let before = -1; end !== before; ) {
  before = end
  end = hook.read(end).next
}
const metrics = Array.from({ length: 40 }, (_, i) => String(i + 10))
for (let round = 0; round < 200; round++) {
  idle.time(() => hook.read(end))
  full.time(() => JSON.stringify(hook.read(end - maxEventsPerRead)))
  watching.time(() => JSON.stringify(hook.read(end, { metrics })))
}

console.log(Timings.head)
for (const timings of lines) console.log(timings.line)
