import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import { rejectionOf } from './rejection-of.ts'

function openCircuit(name = 'payments'): CircuitBreaker {
  const circuit = new CircuitBreaker({ name })
  circuit.trip()
  return circuit
}

function rejectionBy(circuit: CircuitBreaker): unknown {
  try {
    circuit.acquire()
  } catch (error) {
    return error
  }
  throw new Error('the circuit admitted the call')
}

describe('a rejection', () => {
  test('belongs to its circuit, also when a client wrapped it', () => {
    const circuit = openCircuit()
    const error = rejectionBy(circuit)
    const { retryAt } = circuit.snapshot()
    const expected = { state: 'open', retryAt, onServer: false }
    expect(rejectionOf(circuit, error)).toEqual(expected)
    expect(rejectionOf(circuit, new TypeError('x', { cause: error }))).toEqual(expected)
  })

  test('does not belong to another circuit of the same name, nor of another name', () => {
    const error = rejectionBy(openCircuit())
    expect(rejectionOf(openCircuit(), error)).toBeUndefined()
    expect(rejectionOf(openCircuit('search'), error)).toBeUndefined()
  })

  test('belongs to each circuit of its name when something else created it', () => {
    const error = new CallNotPermittedError({ circuitName: 'payments', state: 'open', reason: '' })
    expect(rejectionOf(openCircuit(), error)).toMatchObject({ state: 'open', onServer: false })
  })

  test('belongs by its name to an object that only implements the interface of a circuit', () => {
    const handle = { name: 'payments', snapshot() {} } as unknown
    const error = rejectionBy(openCircuit())
    expect(rejectionOf(handle as CircuitBreaker, error)).toMatchObject({ state: 'open' })
  })

  test('does not show its circuit to consoles and JSON, and gives no access to it', () => {
    const circuit = openCircuit()
    const error = rejectionBy(circuit) as CallNotPermittedError
    const plain = new CallNotPermittedError({ ...error, circuitName: 'payments', state: 'open' })
    expect(Reflect.ownKeys(error).sort()).toEqual(Reflect.ownKeys(plain).sort())
    const identity = Reflect.get(error, Symbol.for('fluxgate.identity'))
    expect(Object.isFrozen(identity)).toBe(true)
    expect(Reflect.ownKeys(identity)).toEqual([])
    const proxy = new Proxy(error, {})
    expect(rejectionOf(circuit, proxy)).toMatchObject({ state: 'open' })
  })
})

describe('the digest of a server component', () => {
  const { digest } = new CallNotPermittedError({
    circuitName: 'payments',
    state: 'open',
    reason: '',
    retryAt: 1_800_000_000_000.5,
  })

  test('belongs to a circuit of the name', () => {
    const circuit = new CircuitBreaker({ name: 'payments' })
    const error = Object.assign(new Error('Server Components render'), { digest })
    const expected = { state: 'open', retryAt: 1_800_000_000_000.5, onServer: true }
    expect(rejectionOf(circuit, error)).toEqual(expected)
    // Next appends a code to digests of its own errors
    expect(rejectionOf(circuit, { digest: `${digest}@E12` })).toEqual(expected)
    const withoutTime = { digest: digest.replace(/[^;]*$/, '') }
    const unknown = { state: undefined, retryAt: undefined, onServer: true }
    expect(rejectionOf(circuit, withoutTime)).toEqual(unknown)
  })

  test.each<[string, unknown]>([
    ['another name', { digest: digest.replace(/;\w+;/, ';00000000;') }],
    ['no text', { digest: 7 }],
    ['no digest', new Error('down')],
    ['undefined', undefined],
    ['an error that cannot be read', Proxy.revocable({}, {}).proxy],
  ])('is no rejection with %s', (_, error) => {
    expect(rejectionOf(new CircuitBreaker({ name: 'payments' }), error)).toBeUndefined()
  })
})

test('throws for anything but a circuit', () => {
  expect(() => rejectionOf('payments' as never, new Error('x'))).toThrow(
    'rejectionOf: circuit must be an object with snapshot(), got "payments"',
  )
})
