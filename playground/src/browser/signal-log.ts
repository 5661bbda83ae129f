import type { CircuitRegistry, Signal } from '@fluxgate/core'
import { Store } from '../ui/store.ts'

const MAX_SIGNALS = 50

/** The last signals of all circuits, newest first. */
export class SignalLog {
  readonly signals = new Store<readonly Signal[]>([])

  constructor(circuits: CircuitRegistry) {
    for (const circuit of circuits) {
      circuit.subscribe((signal) => {
        this.signals.set([signal, ...this.signals.get()].slice(0, MAX_SIGNALS))
      })
    }
  }
}
