import * as fluxgate from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { startOutage } from './outage.ts'

const listener = devtoolsListener()
const circuits = new Map<string, fluxgate.CircuitBreaker>()

/** The object on `window` through which tests control the page. */
export const page = {
  ...fluxgate,
  devtoolsListener,

  /** Creates circuits with a scripted outage. */
  outage(count: number): void {
    for (const circuit of startOutage(count)) circuits.set(circuit.name, circuit)
  },

  /** Creates a circuit with a devtools listener. */
  make(name: string, options: Omit<fluxgate.BreakerOptions, 'name'> = {}): fluxgate.CircuitBreaker {
    const circuit = new fluxgate.CircuitBreaker({ name, listeners: [listener], ...options })
    circuits.set(name, circuit)
    return circuit
  },

  circuit(name: string): fluxgate.CircuitBreaker {
    const circuit = circuits.get(name)
    if (circuit === undefined) throw new Error(`This page has no circuit '${name}'`)
    return circuit
  },

  /** Makes calls that fail or are rejected. */
  fail(name: string, times: number): void {
    for (let index = 0; index < times; index++) {
      page.circuit(name).tryAcquire()?.failure(new Error('no answer'))
    }
  },

  succeed(name: string, times: number): void {
    for (let index = 0; index < times; index++) page.circuit(name).tryAcquire()?.success()
  },
}

declare global {
  interface Window {
    page: typeof page
  }
}

window.page = page
