import { CircuitBreaker, cooldown, errorWhere, failureStreak, tripWhen } from '../../src/index.ts'

// Runs as a process: calls, listeners and policies all fail, and every rejection must be handled.
const unhandled: string[] = []
process.on('unhandledRejection', (reason) => unhandled.push(`rejection: ${reason}`))
process.on('uncaughtException', (error) => unhandled.push(`exception: ${error}`))

const fail = (): never => {
  throw new Error('oops')
}
const reject = () => Promise.reject(new Error('oops'))
const later = (ms: number) =>
  new Promise<never>((_, no) => setTimeout(no, ms, new Error('too late')))

console.error = () => {} // errors of onError itself go to the console
let reports = 0
const breakers = [failureStreak(2), tripWhen('throws', fail)].map(
  (tripper) =>
    new CircuitBreaker({
      name: 'payments',
      tripper,
      retry: cooldown(0.01),
      tracker: errorWhere((error) => error !== undefined || fail()),
      onError: () => (++reports % 2 === 0 ? fail() : reject()),
      listeners: [
        fail,
        reject,
        () => new Promise(() => {}),
        { onCall: fail, onSignal: reject },
        { onCall: reject, onAttach: fail },
      ],
    }),
)
const calls: Promise<boolean>[] = []
const rejects = (call: Promise<unknown>) =>
  call.then(
    () => false,
    () => true,
  )
for (let i = 0; i < 200; i++) {
  for (const breaker of breakers) {
    const controller = new AbortController()
    const failing = [
      breaker.call(fail),
      breaker.call(reject),
      breaker.call(() => Promise.reject(undefined)),
      breaker.call(() => later(2), { timeoutMs: 1 }),
      breaker.call(() => later(2), { timeoutMs: 1, fallback: reject }),
      breaker.call(() => later(2), { signal: controller.signal }),
      breaker.wrap(reject, { fallback: fail })(),
    ]
    calls.push(...failing.map(rejects))
    controller.abort()
    try {
      breaker.callSync(reject)
    } catch {
      // a TypeError, or a rejection by the circuit
    }
    if (i % 50 === 0) breaker.reset()
  }
  if (i % 10 === 0) await later(1).catch(() => {})
}
const settled = await Promise.all(calls)
await later(20).catch(() => {})
console.log(
  JSON.stringify({
    calls: settled.length,
    rejected: settled.filter(Boolean).length,
    reportsErrors: reports > 500,
    unhandled,
  }),
)
