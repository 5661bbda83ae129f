import { identity } from '../internal/circuit-identity.ts'
import { checkMethods } from '../internal/validation.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import { findRejection } from '../model/find-rejection.ts'
import type { State } from '../model/state.ts'

/** A rejection by one circuit. */
export interface Rejection {
  /** Undefined for a rejection on the server that was not made in open. */
  readonly state: State | undefined
  /** Unix ms of the next probe. Undefined for none. */
  readonly retryAt: number | undefined
  /** The circuit of a server with the same name rejected the call, not this object. */
  readonly onServer: boolean
}

/**
 * Finds out whether `error` is a rejection by this circuit. It may be wrapped, as for `findRejection`.
 * A rejection by another circuit of the same name does not match.
 *
 * The error that a React Server Component threw has nothing but a `digest` in the browser. It matches
 * a circuit of the same name.
 *
 * @returns undefined for any other error
 * @throws TypeError when `circuit` is not a circuit
 */
export function rejectionOf(circuit: CircuitHandle, error: unknown): Rejection | undefined {
  checkMethods('snapshot')('rejectionOf: circuit', circuit)
  const rejection = findRejection(error)
  if (rejection === undefined) return serverRejection(circuit.name, error)
  const { circuitName, state, retryAt } = rejection
  if (circuitName !== circuit.name) return undefined
  // undefined for a handle that only implements the interface, and for a rejection made by hand
  const [own, other] = [identityIn(circuit), identityIn(rejection)]
  if (own !== other && own !== undefined && other !== undefined) return undefined
  return { state, retryAt, onServer: false }
}

const identityIn = (part: object): unknown => Reflect.get(part, identity)

function serverRejection(name: string, error: unknown): Rejection | undefined {
  const digest = digestOf(error)
  const expected = new CallNotPermittedError({ circuitName: name, state: 'open', reason: '' })
    .digest
  if (!digest?.startsWith(expected)) return undefined
  const retryAt = Number.parseFloat(digest.slice(expected.length))
  return Number.isNaN(retryAt)
    ? { state: undefined, retryAt: undefined, onServer: true }
    : { state: 'open', retryAt, onServer: true }
}

function digestOf(error: unknown): string | undefined {
  try {
    const { digest } = Object(error) as { digest?: unknown }
    return typeof digest === 'string' ? digest : undefined
  } catch {
    return undefined // a property that cannot be read
  }
}
