import type { CallEvent, CircuitBreaker, ErrorSource, Listener, Signal } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import type { ExpectedEvent } from './expected.ts'
import type { ListenerKind } from './operation.ts'

interface Ear {
  readonly kind: ListenerKind
  readonly signals: Signal[]
  readonly events: CallEvent[]
  leave?: () => void
  hasMoved: boolean
}

/** Listeners that come and go, and what each of them hears. */
export class Ears {
  /** Whose errors `onError` was told of. */
  readonly errors: ErrorSource[] = []
  readonly #breaker: CircuitBreaker
  readonly #ears: Ear[] = []

  constructor(breaker: CircuitBreaker) {
    this.#breaker = breaker
  }

  add(kind: ListenerKind): void {
    const ear: Ear = { kind, signals: [], events: [], hasMoved: false }
    ear.leave = this.#breaker.subscribe(this.#listener(ear))
    this.#ears.push(ear)
  }

  remove(pick: number): void {
    const ear = this.#ears[pick % this.#ears.length]
    ear?.leave?.()
    delete ear?.leave
  }

  /** The moves that listeners made because the circuit opened; each makes one in its life. */
  movesOnOpen(): ('reset' | 'forceOpen')[] {
    return this.#ears.flatMap((ear) => {
      const { kind, leave, hasMoved } = ear
      if (!leave || hasMoved || (kind !== 'reset' && kind !== 'forceOpen')) return []
      ear.hasMoved = true
      return [kind]
    })
  }

  /** Each ear heard all of it while it was there, in order, and nothing else. */
  check(signals: readonly Signal[], events: readonly ExpectedEvent[], circuitName: string): void {
    let thrown = 0
    for (const ear of this.#ears) {
      const { kind } = ear
      const hearsCalls = kind === 'calls' || kind === 'both' || kind === 'throwing'
      const expectedSignals = ear.leave && kind !== 'calls' ? signals : []
      const expectedEvents = ear.leave && hearsCalls ? events : []
      expectSame(`signals heard by '${kind}'`, ear.signals.length, expectedSignals.length)
      expectSame(`call events heard by '${kind}'`, ear.events.length, expectedEvents.length)
      for (const [i, signal] of ear.signals.entries()) {
        expectSame(`signal ${i} of '${kind}' is the one all hear`, signal === signals[i], true)
      }
      for (const [i, event] of ear.events.entries()) {
        expectSame('call event', this.#comparable(event), { ...events[i], circuitName })
      }
      if (kind === 'throwing') thrown += ear.signals.length + ear.events.length
      ear.signals.length = 0
      ear.events.length = 0
    }
    expectSame('errors told', this.errors.splice(0), Array(thrown).fill('listener'))
  }

  // What error a rejection's event carries is said nowhere.
  #comparable(event: CallEvent): CallEvent {
    return event.outcome === 'rejected' ? { ...event, error: undefined } : event
  }

  #listener({ kind, signals, events }: Ear): Listener {
    const onSignal = (signal: Signal) => void signals.push(signal)
    const onCall = (event: CallEvent) => void events.push(event)
    switch (kind) {
      case 'signals':
        return onSignal
      case 'calls':
        return { onCall }
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
        let hasMoved = false
        return (signal) => {
          onSignal(signal)
          if (hasMoved || signal.newState !== 'open') return
          hasMoved = true
          this.#breaker[kind]()
        }
      }
    }
  }
}
