import type { ListenerObject } from '@fluxgate/core'
import { SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

interface Metric {
  readonly name: string
  reset(): void
  get(): Promise<{
    type: string
    values: { value: number; labels: Record<string, string | number>; metricName?: string }[]
  }>
}

/** The part of prom-client's registry that metrics use; the suite does not depend on prom-client. */
class Registry {
  readonly metrics = new Map<string, Metric>()

  registerMetric(metric: Metric): void {
    if (this.metrics.has(metric.name)) throw new Error(`${metric.name} is registered already`)
    this.metrics.set(metric.name, metric)
  }

  clear(): void {
    this.metrics.clear()
  }

  resetMetrics(): void {
    for (const metric of this.metrics.values()) metric.reset()
  }

  getSingleMetric(name: string): Metric | undefined {
    return this.metrics.get(name)
  }

  /** `label,label value` for each series of a metric, in alphabetical order. */
  async series(name: string): Promise<string[]> {
    const metric = await this.metrics.get(name)?.get()
    const lines = metric?.values.map(({ labels, value }) => `${Object.values(labels)} ${value}`)
    return lines?.sort() ?? assert.fail(`no metric ${name}`)
  }
}

const listenerOf = (s: Subject, options: object) =>
  new (s.listeners.prometheus['PrometheusListener'] as new (options: object) => ListenerObject)(
    options,
  )

function scraped(s: Subject, options: object = {}) {
  const registry = new Registry()
  const listener = listenerOf(s, { registry, ...options })
  return { registry, listener, rig: new SubjectRig(s, { listeners: [listener] }) }
}

const onServers = (runs: Readonly<Record<string, ConformanceCase['run']>>) =>
  cases('7. PrometheusListener', runs).map((one) => ({
    ...one,
    name: `on servers: ${one.name}`,
    run: (subject: Subject) => (subject.isServer ? one.run(subject) : undefined),
  }))

export const prometheusCases: readonly ConformanceCase[] = onServers({
  'every metric exists from onAttach on, with every state': async (s) => {
    const { registry } = scraped(s)
    assert.deepEqual(
      await registry.series('circuit_breaker_state'),
      states.map((state) => `payments,${state} ${state === 'closed' ? 1 : 0}`).sort(),
    )
    const outcomes = ['aborted', 'failure', 'ignored', 'rejected', 'success']
    assert.deepEqual(
      await registry.series('circuit_breaker_calls_total'),
      outcomes.map((outcome) => `payments,${outcome} 0`),
    )
    assert.deepEqual(await registry.series('circuit_breaker_shadow_trips_total'), ['payments 0'])
  },
  'the state is a gauge of 0 or 1': async (s) => {
    const { registry, rig } = scraped(s)
    for (const state of states) {
      rig.enter(state)
      const series = await registry.series('circuit_breaker_state')
      assert.deepEqual(
        series.filter((line) => line.endsWith(' 1')),
        [`payments,${state} 1`],
      )
    }
  },
  'transitions and calls are counted': async (s) => {
    const { registry, rig } = scraped(s)
    rig.succeed(2, 10)
    rig.fail(3, new Error('down'), 20)
    rig.admits()
    const transitions = await registry.series('circuit_breaker_state_transition_total')
    assert.include(transitions, 'payments,closed,open 1')
    assert.include(transitions, 'payments,open,half_open 0')
    const calls = await registry.series('circuit_breaker_calls_total')
    assert.includeMembers(calls, [
      'payments,failure 3',
      'payments,rejected 1',
      'payments,success 2',
    ])
  },
  'durations are in seconds and exclude rejections': async (s) => {
    const { registry, rig } = scraped(s)
    rig.succeed(2, 250)
    rig.breaker.forceOpen()
    rig.admits()
    const metric = await registry.getSingleMetric('circuit_breaker_call_duration_seconds')?.get()
    const of = (part: string) =>
      metric?.values.filter(({ metricName }) => metricName?.endsWith(part)).map((v) => v.value)
    assert.deepEqual(of('_sum'), [0.5])
    assert.deepEqual(of('_count'), [2])
  },
  'shadow verdicts are counted separately from transitions': async (s) => {
    const { registry, rig } = scraped(s)
    rig.enter('metrics_only').fail(3)
    assert.deepEqual(await registry.series('circuit_breaker_shadow_trips_total'), ['payments 1'])
    const transitions = await registry.series('circuit_breaker_state_transition_total')
    assert.notInclude(transitions.join(), 'metrics_only,metrics_only')
  },
  'rates are read at scrape, and absent without calls': async (s) => {
    const registry = new Registry()
    const tripper = s.core.minRequests(50).and(s.core.slowRate(1, 100))
    const rig = new SubjectRig(s, { tripper, listeners: [listenerOf(s, { registry })] })
    assert.deepEqual(await registry.series('circuit_breaker_failure_rate'), [])
    assert.deepEqual(await registry.series('circuit_breaker_slow_rate'), [])
    rig.succeed(3, 100)
    rig.fail(1)
    assert.deepEqual(await registry.series('circuit_breaker_failure_rate'), ['payments 0.25'])
    assert.deepEqual(await registry.series('circuit_breaker_slow_rate'), ['payments,100 0.75'])
    rig.breaker.reset()
    assert.deepEqual(await registry.series('circuit_breaker_failure_rate'), [])
  },
  'series of a detached circuit are removed': async (s) => {
    const { registry, rig } = scraped(s)
    rig.succeed(2)
    rig.fail(3)
    rig.breaker.dispose()
    for (const name of registry.metrics.keys()) {
      assert.deepEqual(await registry.series(name), [], name)
    }
  },
  'one listener serves many circuits, and two listeners on one registry share metrics': async (
    s,
  ) => {
    const { registry, listener } = scraped(s)
    const other = listenerOf(s, { registry })
    const rig = new SubjectRig(s, { name: 'shipping', listeners: [listener, other] })
    rig.succeed()
    const calls = await registry.series('circuit_breaker_calls_total')
    assert.includeMembers(calls, ['payments,success 0', 'shipping,success 1'])
  },
  'prefix precedes every metric name': (s) => {
    const { registry } = scraped(s, { prefix: 'shop_' })
    assert.deepEqual([...registry.metrics.keys()].sort(), [
      'shop_circuit_breaker_call_duration_seconds',
      'shop_circuit_breaker_calls_total',
      'shop_circuit_breaker_failure_rate',
      'shop_circuit_breaker_fleet_reachable',
      'shop_circuit_breaker_shadow_trips_total',
      'shop_circuit_breaker_slow_rate',
      'shop_circuit_breaker_state',
      'shop_circuit_breaker_state_transition_total',
    ])
  },
  'beyond maxCircuits circuits share a label, which is reported once': async (s) => {
    const registry = new Registry()
    const listener = listenerOf(s, { registry, maxCircuits: 1 })
    const rigs = ['a', 'b', 'c'].map((name) => new SubjectRig(s, { name, listeners: [listener] }))
    for (const rig of rigs) rig.succeed()
    const calls = await registry.series('circuit_breaker_calls_total')
    assert.includeMembers(calls, ['a,success 1', '__other__,success 2'])
    assert.deepEqual(
      rigs.map(({ errors }) => errors.length),
      [0, 1, 0],
    )
  },
  'labels are added to every series': async (s) => {
    const { registry, rig } = scraped(s, { labels: { service: 'checkout' } })
    rig.succeed()
    for (const name of registry.metrics.keys()) {
      for (const line of await registry.series(name)) assert.include(line, 'checkout')
    }
    const calls = await registry.series('circuit_breaker_calls_total')
    assert.include(calls, 'payments,checkout,success 1')
  },
  'series start again at 0 after clear() and resetMetrics()': async (s) => {
    const { registry, rig } = scraped(s)
    for (const empty of [() => registry.clear(), () => registry.resetMetrics()]) {
      rig.succeed(2)
      empty()
      assert.lengthOf(await registry.series('circuit_breaker_state'), states.length)
      const before = await registry.series('circuit_breaker_calls_total')
      assert.include(before, 'payments,success 0')
      rig.succeed()
      const after = await registry.series('circuit_breaker_calls_total')
      assert.include(after, 'payments,success 1')
    }
  },
})
