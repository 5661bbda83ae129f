import { type DevtoolsHook, devtoolsKey } from '@fluxgate/core/devtools'
import { SignalDigest, type SignalDigests, signalText } from './signal-digest.ts'

/** Reads the events of the devtools listener as the panel does. */
export class DevtoolsReader {
  readonly #digest = new SignalDigest()
  readonly #names = new Map<string, string>()
  #cursor = -1
  dropped = 0

  read(): void {
    const hook: DevtoolsHook | undefined = Reflect.get(globalThis, Symbol.for(devtoolsKey))
    if (!hook) return
    for (;;) {
      const withMetrics = [...this.#names.keys()].slice(0, 3)
      const { next, dropped, events } = hook.read(this.#cursor, { metrics: withMetrics })
      this.#cursor = next
      this.dropped += dropped
      const logged = events.filter((event) => 'seq' in event)
      for (const event of logged) {
        if (event.type === 'circuit-added') this.#names.set(event.circuit, event.config.name)
        if (event.type === 'circuit-removed') this.#names.delete(event.circuit)
        if (event.type !== 'signal') continue
        const { oldState, newState, timestamp } = event.signal
        const name = this.#names.get(event.circuit) ?? 'unknown'
        this.#digest.add(name, signalText(`${oldState}->${newState}`, timestamp))
      }
      if (logged.length === 0) return
    }
  }

  get digests(): SignalDigests {
    return this.#digest.digests
  }
}
