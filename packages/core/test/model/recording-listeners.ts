import type { CallEvent, CircuitBreaker, ErrorSource, Listener, Signal } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import type { ExpectedEvent } from './expected.ts'
import type { ListenerKind } from './operation.ts'

const timedKinds: ReadonlySet<ListenerKind> = new Set(['calls', 'both', 'throwing'])

interface Recorder {
  readonly kind: ListenerKind
  readonly signals: Signal[]
  readonly events: CallEvent[]
  unsubscribe?: () => void
  hasTransitioned: boolean
}

/** Listeners that subscribe and unsubscribe, and what each of them received. */
export class RecordingListeners {
  /** The sources of the errors that `onError` received. */
  readonly errors: ErrorSource[] = []
  readonly #breaker: CircuitBreaker
  readonly #listeners: Recorder[] = []

  constructor(breaker: CircuitBreaker) {
    this.#breaker = breaker
  }

  add(kind: ListenerKind): void {
    const recorder: Recorder = { kind, signals: [], events: [], hasTransitioned: false }
    recorder.unsubscribe = this.#breaker.subscribe(this.#listener(recorder))
    this.#listeners.push(recorder)
  }

  remove(pick: number): void {
    const recorder = this.#listeners[pick % this.#listeners.length]
    recorder?.unsubscribe?.()
    delete recorder?.unsubscribe
  }

  /** Whether a listener uses the durations of calls. */
  get timed(): boolean {
    return this.#listeners.some(({ kind, unsubscribe }) => unsubscribe && timedKinds.has(kind))
  }

  /** The transitions that listeners made when the circuit opened; each makes one. */
  transitionsOnOpen(): ('reset' | 'forceOpen')[] {
    return this.#listeners.flatMap((recorder) => {
      const { kind, unsubscribe, hasTransitioned } = recorder
      if (!unsubscribe || hasTransitioned || (kind !== 'reset' && kind !== 'forceOpen')) return []
      recorder.hasTransitioned = true
      return [kind]
    })
  }

  /** Each listener received everything while it was subscribed, in order, and nothing else. */
  check(signals: readonly Signal[], events: readonly ExpectedEvent[], circuitName: string): void {
    let thrown = 0
    for (const recorder of this.#listeners) {
      const { kind } = recorder
      const receivesCalls = timedKinds.has(kind) || kind === 'untimed'
      const expectedSignals =
        recorder.unsubscribe && kind !== 'calls' && kind !== 'untimed' ? signals : []
      const expectedEvents = recorder.unsubscribe && receivesCalls ? events : []
      expectSame(`signals received by '${kind}'`, recorder.signals.length, expectedSignals.length)
      expectSame(`call events received by '${kind}'`, recorder.events.length, expectedEvents.length)
      for (const [i, signal] of recorder.signals.entries()) {
        expectSame(`signal ${i} of '${kind}' is the one all hear`, signal === signals[i], true)
      }
      for (const [i, event] of recorder.events.entries()) {
        expectSame('call event', this.#comparable(event), { ...events[i], circuitName })
      }
      if (kind === 'throwing') thrown += recorder.signals.length + recorder.events.length
      recorder.signals.length = 0
      recorder.events.length = 0
    }
    // 20 ignored AbortErrors in a row are reported once; the conformance suite tests which
    const errors = this.errors.splice(0).filter((source) => source !== 'tracker')
    expectSame('reported errors', errors, Array(thrown).fill('listener'))
  }

  // The contract does not define the error of a rejected event.
  #comparable(event: CallEvent): CallEvent {
    return event.outcome === 'rejected' ? { ...event, error: undefined } : event
  }

  #listener({ kind, signals, events }: Recorder): Listener {
    const onSignal = (signal: Signal) => void signals.push(signal)
    const onCall = (event: CallEvent) => void events.push(event)
    switch (kind) {
      case 'signals':
        return onSignal
      case 'calls':
        return { onCall }
      case 'untimed':
        return { onCall, timed: false }
      case 'both':
        return { onSignal, onCall }
      case 'throwing':
        return {
          onSignal(signal) {
            onSignal(signal)
            throw new Error('thrown by a listener')
          },
          onCall(event) {
            onCall(event)
            throw new Error('thrown by a listener')
          },
        }
      case 'reset':
      case 'forceOpen': {
        let hasTransitioned = false
        return (signal) => {
          onSignal(signal)
          if (hasTransitioned || signal.newState !== 'open') return
          hasTransitioned = true
          this.#breaker[kind]()
        }
      }
    }
  }
}
