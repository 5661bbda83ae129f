import type { CircuitHandle } from '@fluxgate/core'
import { type Attributes, CircuitSeries, type Observe } from './circuit-series.ts'

/** A circuit, held weakly: one that is not disposed must not live as long as the listener. */
interface Attachment {
  readonly circuit: WeakRef<CircuitHandle>
  /** One that is attached twice must be detached twice. */
  times: number
}

interface Named {
  readonly series: CircuitSeries
  readonly attachments: Attachment[]
}

/** Bounds the memory when an SDK no longer collects, as when the scrapes have stopped. */
const MAX_ENDED = 1_000

/** The circuits that a listener is attached to, by name. Circuits of one name share their series. */
export class AttachedCircuits {
  readonly #extra: Attributes
  readonly #named = new Map<string, Named>()
  /** Series whose last circuit was detached, until their last values are observed. */
  #ended: CircuitSeries[] = []
  /** Number of circuits that are attached more than once. */
  #attachedTwice = 0
  #lastEvent: unknown
  // what seriesOf() found last, until a name is added or removed
  #lastName: string | undefined
  #lastSeries: CircuitSeries | undefined

  constructor(extra: Attributes) {
    this.#extra = extra
  }

  /** True when there is nothing to observe. */
  get empty(): boolean {
    return this.#named.size === 0 && this.#ended.length === 0
  }

  add(circuit: CircuitHandle): void {
    const { name } = circuit
    let named = this.#named.get(name)
    if (named === undefined) {
      named = { series: new CircuitSeries(name, this.#extra), attachments: [] }
      this.#named.set(name, named)
      this.#lastName = undefined
    }
    const known = named.attachments.find((attachment) => attachment.circuit.deref() === circuit)
    if (known === undefined) named.attachments.push({ circuit: new WeakRef(circuit), times: 1 })
    else if (++known.times === 2) this.#attachedTwice++
  }

  remove(circuit: CircuitHandle): void {
    const named = this.#named.get(circuit.name)
    const attachment = named?.attachments.find((each) => each.circuit.deref() === circuit)
    if (named === undefined || attachment === undefined) return
    attachment.times--
    if (attachment.times === 1) this.#attachedTwice--
    if (attachment.times === 0) this.#drop(circuit.name, named, attachment)
  }

  /** Events carry the name of their circuit only. */
  seriesOf(circuitName: string): CircuitSeries | undefined {
    if (circuitName === this.#lastName) return this.#lastSeries
    this.#lastName = circuitName
    this.#lastSeries = this.#named.get(circuitName)?.series
    return this.#lastSeries
  }

  /**
   * False for an event that was counted before. A circuit that has the listener twice passes on the
   * same event object, one directly after the other.
   */
  isNew(event: unknown): boolean {
    if (this.#attachedTwice === 0) return true
    const isNew = event !== this.#lastEvent
    this.#lastEvent = event
    return isNew
  }

  observe(observe: Observe): void {
    const live: { series: CircuitSeries; circuits: CircuitHandle[] }[] = []
    for (const [name, named] of this.#named) {
      const circuits: CircuitHandle[] = []
      for (const attachment of [...named.attachments]) {
        const circuit = attachment.circuit.deref()
        if (circuit !== undefined) circuits.push(circuit)
        else this.#dropCollected(name, named, attachment)
      }
      if (circuits.length > 0) live.push({ series: named.series, circuits })
    }
    // first, because a circuit of the same name may have been attached since
    for (const series of this.#ended) series.observeEnd(observe)
    this.#ended = []
    for (const { series, circuits } of live) series.observe(circuits, observe)
  }

  #dropCollected(name: string, named: Named, attachment: Attachment): void {
    if (attachment.times > 1) this.#attachedTwice--
    this.#drop(name, named, attachment)
  }

  #drop(name: string, { attachments, series }: Named, attachment: Attachment): void {
    attachments.splice(attachments.indexOf(attachment), 1)
    if (attachments.length > 0) return
    this.#named.delete(name)
    this.#lastName = undefined
    this.#lastSeries = undefined
    if (series.observed && this.#ended.length < MAX_ENDED) this.#ended.push(series)
  }
}
