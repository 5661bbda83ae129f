import { CircuitBreaker, errorType, failureRate, minRequests, timeWindow } from '@fluxgate/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PrometheusRig } from '../test/prometheus-rig.ts'
import { stubFleet } from '../test/stub-fleet.ts'

let rig: PrometheusRig
beforeEach(() => {
  rig = new PrometheusRig()
})

describe('attach', () => {
  test('shows the current state of a circuit', async () => {
    const breaker = new CircuitBreaker({ name: 'payments' })
    breaker.disable()
    breaker.subscribe(rig.listener())
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="disabled"} 1',
    ])
  })

  test('creates the counters at 0, so that increase() sees the first event', async () => {
    rig.circuit('payments')
    const counters = [
      ...(await rig.scrape('circuit_breaker_calls_total', { zeros: true })),
      ...(await rig.scrape('circuit_breaker_state_transition_total', { zeros: true })),
      ...(await rig.scrape('circuit_breaker_shadow_trips_total', { zeros: true })),
    ]
    expect(counters).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="ignored"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="aborted"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="rejected"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="open"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="open",new_state="half_open"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="half_open",new_state="closed"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="half_open",new_state="open"} 0',
      'circuit_breaker_shadow_trips_total{circuit_name="payments"} 0',
    ])
  })
})

describe('counters', () => {
  test('count calls by outcome', async () => {
    const ignore = errorType(RangeError)
    const breaker = rig.circuit('payments', rig.listener(), { ignore })
    const controller = new AbortController()
    const aborted = breaker.call(() => new Promise(() => {}), { signal: controller.signal })
    controller.abort()
    await expect(aborted).rejects.toThrow()
    await expect(
      breaker.call(() => {
        throw new RangeError('ignored')
      }),
    ).rejects.toThrow()
    for (const outcome of ['success', 'success', 'failure', 'failure'] as const) {
      rig.call(breaker, outcome)
    }
    expect(breaker.state).toBe('open')
    for (let i = 0; i < 2; i++) expect(breaker.tryAcquire()).toBeUndefined()
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"} 2',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 2',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="ignored"} 1',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="aborted"} 1',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="rejected"} 2',
    ])
  })

  test('count a circuit once when several listeners share the registry', async () => {
    const listener = rig.listener()
    const breaker = rig.circuit('payments', listener, {
      listeners: [listener, rig.listener(), listener],
    })
    rig.call(breaker, 'failure')
    rig.call(breaker, 'failure')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 2',
    ])
    expect(await rig.scrape('circuit_breaker_state_transition_total')).toEqual([
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="open"} 1',
    ])
  })

  test('count a call once when another listener makes a call in between', async () => {
    const listener = rig.listener()
    let again = true
    const callOnce = {
      onCall: () => {
        if (!again) return
        again = false
        rig.call(breaker, 'success')
      },
    }
    const breaker = rig.circuit('a', listener, { listeners: [listener, callOnce, listener] })
    rig.call(breaker, 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 2',
    ])
  })

  test('do not count events of a circuit that is not attached', async () => {
    const listener = rig.listener()
    const breaker = rig.circuit('payments', {
      onSignal: (signal) => listener.onSignal(signal),
      onCall: (event) => listener.onCall(event),
    })
    rig.call(breaker, 'success')
    breaker.forceOpen()
    expect(rig.errors).toEqual([])
    expect(await rig.scrape('circuit_breaker_', { zeros: true })).toEqual([])
  })

  test('count a transition into metrics_only and a shadow verdict separately', async () => {
    const breaker = rig.circuit('payments')
    breaker.metricsOnly()
    rig.call(breaker, 'failure')
    rig.call(breaker, 'failure')
    expect(await rig.scrape('circuit_breaker_state_transition_total')).toEqual([
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="metrics_only"} 1',
    ])
    expect(await rig.scrape('circuit_breaker_shadow_trips_total')).toEqual([
      'circuit_breaker_shadow_trips_total{circuit_name="payments"} 1',
    ])
  })
})

describe('durations', () => {
  test('are in seconds, by outcome, for admitted calls only', async () => {
    const breaker = rig.circuit('payments')
    rig.call(breaker, 'success', 40)
    rig.call(breaker, 'failure', 2_000)
    expect(breaker.tryAcquire()).toBeUndefined()
    const lines = await rig.scrape('circuit_breaker_call_duration_seconds', { zeros: true })
    const bounds = lines.flatMap((line) => line.match(/le="(.*?)".*success/)?.[1] ?? [])
    expect(bounds.join(' ')).toBe(
      '0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30 +Inf',
    )
    const expectLine = (line: string) =>
      expect(lines).toContain(`circuit_breaker_call_duration_seconds${line}`)
    expectLine('_bucket{le="0.025",circuit_name="payments",outcome="success"} 0')
    expectLine('_bucket{le="0.05",circuit_name="payments",outcome="success"} 1')
    expectLine('_sum{circuit_name="payments",outcome="success"} 0.04')
    expectLine('_bucket{le="1",circuit_name="payments",outcome="failure"} 0')
    expectLine('_bucket{le="2.5",circuit_name="payments",outcome="failure"} 1')
    expectLine('_count{circuit_name="payments",outcome="failure"} 1')
    expect(lines.join()).not.toContain('rejected')
  })

  test('at a bound are counted in its bucket', async () => {
    const breaker = rig.circuit('a', rig.listener({ buckets: [0.1, 60] }))
    rig.call(breaker, 'success', 100)
    expect(await rig.scrape('circuit_breaker_call_duration_seconds_bucket{le="0.1"')).toEqual([
      'circuit_breaker_call_duration_seconds_bucket{le="0.1",circuit_name="a",outcome="success"} 1',
    ])
  })

  test('use the option buckets', async () => {
    const breaker = rig.circuit('a', rig.listener({ buckets: [0.1, 60] }))
    rig.call(breaker, 'success', 45_000)
    const lines = await rig.scrape('circuit_breaker_call_duration_seconds_bucket', { zeros: true })
    expect(lines.map((line) => line.replace(/.*le=("[^"]*").* /, '$1 '))).toEqual([
      '"0.1" 0',
      '"60" 1',
      '"+Inf" 1',
    ])
  })
})

describe('rates', () => {
  test('are absent without calls and while open', async () => {
    const breaker = rig.circuit('payments')
    const rates = async () => [
      ...(await rig.scrape('circuit_breaker_failure_rate{', { zeros: true })),
      ...(await rig.scrape('circuit_breaker_slow_rate{', { zeros: true })),
    ]
    expect(await rates()).toEqual([])
    rig.call(breaker, 'success', 1_200)
    expect(await rates()).toEqual([
      'circuit_breaker_failure_rate{circuit_name="payments"} 0',
      'circuit_breaker_slow_rate{circuit_name="payments",threshold="1000"} 1',
    ])
    rig.call(breaker, 'failure')
    expect(breaker.state).toBe('open')
    expect(await rates()).toEqual([])
  })

  test('are read at scrape time, so that calls which leave a time window are gone', async () => {
    const breaker = rig.circuit('payments', rig.listener(), {
      window: timeWindow(60_000),
      tripper: minRequests(100).and(failureRate(0.5)),
    })
    const rate = () => rig.scrape('circuit_breaker_failure_rate{', { zeros: true })
    rig.call(breaker, 'failure')
    rig.clock.advance(40_000)
    rig.call(breaker, 'success')
    expect(await rate()).toEqual(['circuit_breaker_failure_rate{circuit_name="payments"} 0.5'])
    rig.clock.advance(30_000)
    expect(await rate()).toEqual(['circuit_breaker_failure_rate{circuit_name="payments"} 0'])
    rig.clock.advance(60_000)
    expect(await rate()).toEqual([])
  })

  test('take a snapshot at a scrape and not at a call', async () => {
    const breaker = rig.circuit('payments')
    const snapshot = vi.spyOn(breaker, 'snapshot')
    rig.call(breaker, 'success')
    expect(snapshot).not.toHaveBeenCalled()
    await rig.registry.metrics()
    expect(snapshot).toHaveBeenCalled()
  })
})

describe('detach', () => {
  test('removes every series of the circuit and leaves those of other circuits', async () => {
    const listener = rig.listener()
    const removed = rig.circuit('removed', listener)
    const kept = rig.circuit('kept', listener)
    for (const breaker of [removed, kept]) {
      rig.call(breaker, 'success', 1_500)
      rig.call(breaker, 'failure')
      rig.clock.advance(30_000)
      rig.call(breaker, 'success', 1_500)
      breaker.metricsOnly()
      rig.call(breaker, 'failure')
      rig.call(breaker, 'failure')
    }
    const series = async () =>
      (await rig.scrape('circuit_breaker_', { zeros: true })).filter((line) => line.includes('{'))
    const before = await series()
    expect(before).toContainEqual(expect.stringContaining('"removed"'))
    removed.dispose()
    expect(await series()).toEqual(before.filter((line) => line.includes('"kept"')))
  })

  test('keeps the series that circuits of one name share until the last one is detached', async () => {
    const listener = rig.listener()
    const first = rig.circuit('payments', listener)
    const second = rig.circuit('payments', listener)
    rig.call(first, 'success')
    rig.call(second, 'failure')
    second.forceOpen()
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
      'circuit_breaker_state{circuit_name="payments",state="forced_open"} 1',
    ])
    second.dispose()
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
    ])
    expect(await rig.scrape('circuit_breaker_calls_total')).toHaveLength(2)
    first.dispose()
    expect(await rig.scrape('circuit_breaker_', { zeros: true })).toEqual([])
  })

  test('has no effect the second time', async () => {
    const listener = rig.listener()
    const cleanup = listener.onAttach(new CircuitBreaker({ name: 'payments' }))
    cleanup()
    cleanup()
    rig.circuit('payments', listener)
    cleanup()
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
    ])
  })

  test('keeps the series of a circuit until its last listener is unsubscribed', async () => {
    const breaker = new CircuitBreaker({ name: 'payments' })
    const unsubscribes = [1, 2].map(() => breaker.subscribe(rig.listener()))
    unsubscribes[0]?.()
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
    unsubscribes[1]?.()
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([])
  })
})

test('circuit_breaker_fleet_reachable says whether the store of a shared circuit answers', async () => {
  const rig = new PrometheusRig()
  const listener = rig.listener()
  const status = { reachable: true }
  const reachable = () => rig.scrape('circuit_breaker_fleet_reachable{', { zeros: true })
  rig.circuit('alone', listener)
  expect(await reachable()).toEqual([])
  rig.circuit('payments', listener, { shared: stubFleet(status) })
  rig.circuit('payments', listener, { shared: stubFleet({ reachable: true }) })
  const line = 'circuit_breaker_fleet_reachable{circuit_name="payments"}'
  expect(await reachable()).toEqual([`${line} 1`])
  status.reachable = false
  expect(await reachable()).toEqual([`${line} 0`])
})
