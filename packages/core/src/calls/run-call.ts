import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Admission, Closed, Settlers } from '../engine/circuit-state.ts'
import { createRejection } from '../engine/rejection.ts'
import {
  type CallContext,
  type CallOptions,
  type JudgeError,
  judgeError,
} from '../model/call-options.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import { abortReason, isDeadline } from './abort-reason.ts'
import { limitedCall } from './limited-call.ts'
import { runFallback } from './run-fallback.ts'
import { enter } from './settlement.ts'

const NO_CONTEXT: CallContext = Object.freeze({})

/** A call without signal, time limit and fallback. */
export function runCall<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  judge?: JudgeError,
): Promise<T> {
  const epoch = judge === undefined ? circuit.admitUntimed() : undefined
  if (epoch !== undefined) return runUntimed(circuit, fn, epoch)
  const start = circuit.start()
  const admission = circuit.admit(start, createRejection)
  return admission instanceof CallNotPermittedError
    ? Promise.reject(admission)
    : runAdmitted(circuit, fn, admission, start, judge)
}

/** The calls of an epoch share two handlers: an async function would allocate its frame for each call. */
function runUntimed<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  epoch: Closed,
): Promise<T> {
  let result: Promise<T>
  try {
    result = Promise.resolve(fn(NO_CONTEXT))
  } catch (error) {
    circuit.fail(epoch, undefined, error)
    return Promise.reject(error)
  }
  epoch.settlers ??= createSettlers(circuit, epoch)
  return result.then(epoch.settlers.onValue<T>, epoch.settlers.onError)
}

function createSettlers(circuit: CircuitController, epoch: Closed): Settlers {
  return {
    onValue: (value) => {
      circuit.succeed(epoch, undefined, value)
      return value
    },
    onError: (error) => {
      circuit.fail(epoch, undefined, error)
      throw error
    },
  }
}

async function runAdmitted<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  admission: Admission,
  start: number | undefined,
  judge: JudgeError | undefined,
): Promise<T> {
  let value: T
  try {
    value = await fn(NO_CONTEXT)
  } catch (error) {
    circuit.fail(admission, start, error, false, judge)
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
  const limitMs = timeoutMs === Number.POSITIVE_INFINITY ? undefined : timeoutMs
  try {
    if (signal === undefined && limitMs === undefined) {
      return await runCall(circuit, fn, options[judgeError])
    }
    if (signal?.aborted) throw abortReason(signal)
    const settlement = enter(circuit, limitMs, options[judgeError])
    if (settlement instanceof CallNotPermittedError) throw settlement
    return await limitedCall(circuit, fn, signal, limitMs, settlement)
  } catch (error) {
    if (fallback === undefined) throw error
    const run = () => fallback(error, ...args)
    if (!signal || (signal.aborted && isDeadline(signal, circuit.options.deadline))) return run()
    if (signal.aborted && Object.is(error, abortReason(signal))) throw error
    return runFallback(run, signal)
  }
}
