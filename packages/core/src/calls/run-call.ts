import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Admission } from '../engine/circuit-state.ts'
import type { CallContext, CallOptions } from '../model/call-options.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import { limitedCall } from './limited-call.ts'
import { enter } from './settlement.ts'

const NO_CONTEXT: CallContext = Object.freeze({})

/** A call without signal, time limit and fallback. */
export function runCall<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
): Promise<T> {
  const start = circuit.now()
  const admission = circuit.admit(start)
  return admission instanceof CallNotPermittedError
    ? Promise.reject(admission)
    : runAdmitted(circuit, fn, admission, start)
}

async function runAdmitted<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  admission: Admission,
  start: number,
): Promise<T> {
  let value: T
  try {
    value = await fn(NO_CONTEXT)
  } catch (error) {
    circuit.fail(admission, start, error)
    throw error
  }
  circuit.succeed(admission, start, value)
  return value
}

/** A call with options. The fallback is called with the error and `args`. */
export async function runCallWith<T, F, Args extends unknown[]>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  options: CallOptions<F, Args>,
  args: Args,
): Promise<T | F> {
  const { signal, timeoutMs = circuit.options.timeoutMs, fallback } = options
  try {
    if (signal === undefined && timeoutMs === undefined) return await runCall(circuit, fn)
    if (signal?.aborted) throw signal.reason
    const settlement = enter(circuit)
    if (settlement instanceof CallNotPermittedError) throw settlement
    return await limitedCall(fn, signal, timeoutMs, settlement, circuit.options.name)
  } catch (error) {
    const aborted = signal?.aborted === true && error === signal.reason
    if (fallback === undefined || aborted) throw error
    return fallback(error, ...args)
  }
}
