import { expect, test, vi } from 'vitest'

/** Every property of the global object and of the prototypes that libraries like to change. */
function globals(): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const owners = {
    globalThis,
    ...{ Object: Object.prototype, Array: Array.prototype, Function: Function.prototype },
    ...{ Promise: Promise.prototype, Error, ErrorPrototype: Error.prototype, JSON, performance },
    ...{ AbortSignal: AbortSignal.prototype, EventTarget: EventTarget.prototype },
    ...{ Response: Response.prototype, Request: Request.prototype, process, console },
  }
  for (const [name, owner] of Object.entries(owners)) {
    for (const key of Reflect.ownKeys(owner)) {
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(owner, key) ?? {}
      // objects and functions by identity; what Node itself changes over time is a number or a text
      if (Object(value) === value || get || set) {
        found.set(`${name}.${String(key)}`, value ?? get ?? set)
      } else found.set(`${name}.${String(key)}`, typeof value)
    }
  }
  return found
}

test('importing and using the package changes no global', async () => {
  const before = globals()
  vi.resetModules()
  const core = await import('../src/index.ts')
  const { createFetch } = await import('../src/fetch/index.ts')
  const { ManualClock } = await import('../src/testing/index.ts')
  const { watchCircuit } = await import('../src/view/index.ts')
  const clock = new ManualClock()
  const log = new core.LogListener({ logger: { info() {}, warn() {} } })
  const circuits = new core.CircuitRegistry({ defaults: { clock, listeners: [log] } })
  const guarded = createFetch({
    registry: circuits,
    fetch: async () => new Response('', { status: 503 }),
  })
  const circuit = circuits.get('payments')
  const unsubscribe = watchCircuit(circuit, { metrics: true }).subscribe(() => {})
  for (let i = 0; i < 20; i++) {
    await guarded('https://api.example/').catch(() => {})
    await circuit.call(() => Promise.reject(new Error('down')), { timeoutMs: 5 }).catch(() => {})
  }
  expect(circuit.state).toBe('open')
  clock.advance(60_000)
  unsubscribe()
  circuits.clear()
  const after = globals()
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key) !== after.get(key),
  )
  expect(changed).toEqual([])
})
