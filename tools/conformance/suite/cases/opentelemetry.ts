import type { ListenerObject } from '@fluxgate/core'
import { SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Attributes = Readonly<Record<string, string | number | boolean>>
type Observe = (result: {
  observe(instrument: object, value: number, attributes: Attributes): void
}) => void

/** The part of OpenTelemetry's meter that the listener uses; the suite does not depend on an SDK. */
class Meter {
  readonly #callbacks = new Set<Observe>()
  readonly #names = new Map<object, string>()
  readonly durations: number[] = []

  createObservableCounter(name: string): object {
    return this.#instrument(name)
  }

  createObservableGauge(name: string): object {
    return this.#instrument(name)
  }

  createHistogram(): { record(value: number): void } {
    return { record: (value) => void this.durations.push(value) }
  }

  addBatchObservableCallback(callback: Observe): void {
    this.#callbacks.add(callback)
  }

  removeBatchObservableCallback(callback: Observe): void {
    this.#callbacks.delete(callback)
  }

  /** The values of a metric by its attributes other than the circuit, without those that are 0. */
  collect(metric: string): Readonly<Record<string, number>> {
    const found: Record<string, number> = {}
    const observe = (instrument: object, value: number, attributes: Attributes) => {
      if (this.#names.get(instrument) !== metric || value === 0) return
      const { 'circuit.name': _, ...others } = attributes
      found[Object.values(others).join(' ')] = value
    }
    for (const callback of this.#callbacks) callback({ observe })
    return found
  }

  #instrument(name: string): object {
    const instrument = {}
    this.#names.set(instrument, name)
    return instrument
  }
}

const listenerOf = (s: Subject, options: object) =>
  new (
    s.listeners.openTelemetry['OpenTelemetryListener'] as new (
      options: object,
    ) => ListenerObject
  )(options)

function metered(s: Subject, options: object = {}) {
  const meter = new Meter()
  const listener = listenerOf(s, { meter, ...options })
  return { meter, listener, rig: new SubjectRig(s, { listeners: [listener] }) }
}

export const openTelemetryCases = cases('7. OpenTelemetryListener', {
  'counts calls by outcome, and transitions': (s) => {
    const { meter, rig } = metered(s)
    rig.succeed(2)
    rig.fail(3)
    assert.isFalse(rig.admits())
    assert.deepEqual(meter.collect('circuit_breaker.calls'), {
      success: 2,
      failure: 3,
      rejected: 1,
    })
    assert.deepEqual(meter.collect('circuit_breaker.state_transition'), { 'closed open': 1 })
  },

  'reports 1 for the state of the circuit, at each collection': (s) => {
    const { meter, rig } = metered(s)
    for (const state of states) {
      rig.enter(state)
      assert.deepEqual(meter.collect('circuit_breaker.state'), { [state]: 1 })
    }
  },

  'records durations in seconds when they are requested': (s) => {
    const { meter, rig } = metered(s, { durations: true })
    rig.succeed(1, 250)
    assert.deepEqual(meter.durations, [0.25])
  },

  'needs no SDK: the circuit works, and nothing is reported to onError': (s) => {
    const rig = new SubjectRig(s, { listeners: [listenerOf(s, {})] })
    rig.succeed()
    rig.fail(3)
    assert.equal(rig.state, 'open')
    assert.deepEqual(rig.errors, [])
  },

  'the series of a detached circuit end': (s) => {
    const { meter, listener } = metered(s)
    const other = new SubjectRig(s)
    const detach = other.breaker.subscribe(listener)
    other.succeed()
    assert.deepEqual(meter.collect('circuit_breaker.calls'), { success: 1 })
    detach()
    assert.deepEqual(meter.collect('circuit_breaker.state'), { closed: 1 })
  },

  'names an option that is wrong': (s) => {
    assert.throws(() => listenerOf(s, { meter: {} }), /OpenTelemetryListener: meter/)
    assert.throws(() => listenerOf(s, { durations: 'yes' }), /durations .*"yes"/)
  },
})
