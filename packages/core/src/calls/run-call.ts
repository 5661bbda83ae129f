import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Admission, Closed, Settlers, TimedSettlers } from '../engine/circuit-state.ts'
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
import { rejectLater } from './reject-later.ts'
import { runFallback } from './run-fallback.ts'

const NO_CONTEXT: CallContext = Object.freeze({})

/** A call without signal, time limit and fallback. */
export function runCall<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
): Promise<T> {
  // one path for each kind: V8 allocates memory for a start that may be undefined
  if (circuit.timed) {
    const start = circuit.now()
    const epoch = circuit.admitClosed(start)
    return epoch === undefined
      ? runSingleCall(circuit, fn, start)
      : follow(fn, timedSettlers(circuit, epoch, start))
  }
  const epoch = circuit.admitClosed()
  return epoch === undefined
    ? runSingleCall(circuit, fn)
    : follow(fn, untimedSettlers(circuit, epoch))
}

/** A call in any state, with handlers of its own. */
function runSingleCall<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  start?: number,
  judge?: JudgeError,
): Promise<T> {
  const admission = circuit.admit(start, createRejection)
  return admission instanceof CallNotPermittedError
    ? rejectLater(admission)
    : follow(fn, createSettlers(circuit, admission, start, judge))
}

/** The untimed calls of an epoch share their handlers. */
function untimedSettlers(circuit: CircuitController, epoch: Closed): Settlers {
  return epoch.onValue === undefined
    ? Object.assign(epoch, createSettlers(circuit, epoch))
    : (epoch as Closed & Settlers) // they are assigned together
}

/** A timed call uses handlers that no other call in flight uses. The epoch keeps one pair for reuse. */
function timedSettlers(circuit: CircuitController, epoch: Closed, start: number): Settlers {
  const settlers = epoch.spare ?? createTimedSettlers(circuit, epoch)
  epoch.spare = undefined
  settlers.start = start
  return settlers
}

function createSettlers(
  circuit: CircuitController,
  admission: Admission,
  start?: number,
  judge?: JudgeError,
): Settlers {
  return {
    onValue: (value) => {
      circuit.succeed(admission, start, value)
      return value
    },
    onError: (error) => {
      circuit.fail(admission, start, error, false, judge)
      throw error
    },
  }
}

function createTimedSettlers(circuit: CircuitController, epoch: Closed): TimedSettlers {
  const free = () => {
    epoch.spare = settlers
    return settlers.start
  }
  const settlers: TimedSettlers = {
    start: NaN, // a fraction, so that V8 stores the next ones in place
    onValue: (value) => {
      circuit.succeed(epoch, free(), value)
      return value
    },
    onError: (error) => {
      circuit.fail(epoch, free(), error)
      throw error
    },
  }
  return settlers
}

/** Handlers of a promise are cheaper than the frame of an async function. */
function follow<T>(
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  { onValue, onError }: Settlers,
): Promise<T> {
  let result: Promise<T>
  try {
    result = Promise.resolve(fn(NO_CONTEXT))
  } catch (error) {
    // at once, so that the circuit counts it before the next call
    return new Promise(() => onError(error))
  }
  return result.then(onValue<T>, onError)
}

/** A call with options. The fallback is called with the error and `args`. */
export async function runCallWith<T, F, Args extends unknown[]>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  options: CallOptions<F, Args>,
  args: Args,
): Promise<T | F> {
  const { signal, timeoutMs = circuit.options.timeoutMs, fallback } = options
  const limitMs = timeoutMs === Infinity ? undefined : timeoutMs
  try {
    if (signal === undefined && limitMs === undefined) {
      const judge = options[judgeError]
      return await (judge === undefined
        ? runCall(circuit, fn)
        : runSingleCall(circuit, fn, circuit.start(), judge))
    }
    if (signal?.aborted) throw abortReason(signal)
    return await limitedCall(circuit, fn, signal, limitMs, options[judgeError])
  } catch (error) {
    if (fallback === undefined) throw error
    const run = () => fallback(error, ...args)
    if (!signal || (signal.aborted && isDeadline(signal, circuit.options.rare.deadline)))
      return run()
    if (signal.aborted && Object.is(error, abortReason(signal))) throw error
    return runFallback(run, signal)
  }
}
