import { PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import { ensurePrometheus } from '@fluxgate/testkit/prometheus'
import { PrometheusProcess, type Sample } from '@fluxgate/testkit/prometheus-process'
import { expect, test } from '@playwright/test'
import { alertRulesFile, dashboardQueries } from '../../packages/listeners/test/monitoring.ts'
import type { BackendCommand, BackendStatus } from '../../playground/src/backend-status.ts'
import type { ServiceStatus } from '../../playground/src/knobs.ts'

/** Longer than the test, so that an `increase` over it is a count. */
const RANGE = '5m'
const RANGE_SECONDS = 300

const stateCodes = {
  closed: 1,
  metrics_only: 2,
  disabled: 3,
  half_open: 4,
  open: 5,
  forced_open: 6,
}

let playground: PlaygroundProcess
let prometheus: PrometheusProcess

test.beforeAll(async ({ browserName: _ }, testInfo) => {
  ensurePrometheus()
  playground = await PlaygroundProcess.start()
  const { host } = new URL(playground.url)
  prometheus = await PrometheusProcess.start(
    testInfo.outputPath('prometheus'),
    host,
    alertRulesFile,
  )
})
test.afterAll(async () => {
  await prometheus?.stop()
  await playground?.stop()
})

async function request<Answer>(path: string, command?: object): Promise<Answer> {
  const init = command && { method: 'POST', body: JSON.stringify(command) }
  const response = await fetch(playground.url + path, init)
  expect(response.status).toBe(200)
  return response.json()
}

const backend = (command?: BackendCommand) => request<BackendStatus>('backend', command)

const circuitOf = ({ circuits }: BackendStatus, name: string) => {
  const circuit = circuits.find((circuit) => circuit.name === name)
  if (!circuit) throw new Error(`no circuit ${name}`)
  return circuit
}

/** The values by these labels: `{ payments: 5 }`. */
function byLabels(samples: Sample[], ...names: string[]): Record<string, number> {
  return Object.fromEntries(
    samples.map(({ labels, value }) => [names.map((name) => labels[name]).join(' '), value]),
  )
}

/** Compares values with a tolerance of 6 %: `rate` extrapolates 8 s of data by up to 0.4 s. */
function expectNear(actual: Record<string, number>, expected: Record<string, number | undefined>) {
  const far = Object.entries(expected).filter(
    ([key, value = Number.NaN]) => !(Math.abs((actual[key] ?? Number.NaN) - value) <= 0.06 * value),
  )
  expect(Object.keys(actual).sort(), JSON.stringify(actual)).toEqual(Object.keys(expected).sort())
  expect(far, JSON.stringify(actual)).toEqual([])
}

test('the dashboard and the alerts show the transitions and calls of the backend', async () => {
  test.setTimeout(90_000)
  await test.step('scrapes every counter at 0', async () => {
    const seen = () => prometheus.query('count(circuit_breaker_calls_total == 0)')
    await expect.poll(seen).toMatchObject([{ value: 15 }])
  })

  await test.step('catalog flaps manually, payments opens, recommendations is metrics-only', async () => {
    await request('services/catalog', { latencyMs: 300 })
    await request('services/payments', { failureRate: 1 })
    await request('services/recommendations', { failureRate: 1 })
    await backend({ circuit: 'recommendations', transition: 'metricsOnly' })
    for (let i = 0; i < 7; i++) {
      await backend({ circuit: 'catalog', transition: 'trip' })
      await backend({ circuit: 'catalog', transition: 'reset' })
    }
    await backend({ rate: 20 })
    const busy = async () => {
      const status = await backend()
      const { total } = circuitOf(status, 'catalog').metrics
      return [
        total,
        circuitOf(status, 'payments').state,
        circuitOf(status, 'recommendations').metrics.total,
      ]
    }
    await expect.poll(busy, { timeout: 20_000 }).toEqual([20, 'open', 20])
    await backend({ rate: 0 })
    await backend({ circuit: 'payments', transition: 'forceOpen' })
  })

  // waits until the calls in flight have settled
  let status = await backend()
  await expect
    .poll(
      async () => {
        const before = status
        status = await backend()
        return JSON.stringify(before) === JSON.stringify(status)
      },
      { intervals: [1_500] },
    )
    .toBe(true)
  const services = await request<ServiceStatus[]>('services')
  const received = (name: string) =>
    services.find((service) => service.name === name)?.received ?? Number.NaN
  const calls = received('catalog') // catalog rejected none, and all services were called equally often
  const catalog = circuitOf(status, 'catalog').metrics
  const recommendations = circuitOf(status, 'recommendations').metrics
  /** Counted in the log: `{ 'catalog closed open': 7 }`. */
  const transitions: Record<string, number> = {}
  for (const line of status.log) {
    const [, name, from, to] = /(\w+): (\w+) -> (\w+):/.exec(line) ?? []
    const key = `${name} ${from} ${to}`
    if (to) transitions[key] = (transitions[key] ?? 0) + 1
  }
  expect(transitions).toMatchObject({ 'catalog closed open': 7, 'payments closed open': 1 })
  expect(calls).toBeGreaterThan(received('payments'))

  const expected: Record<string, (samples: Sample[]) => void> = {
    'Circuits A': ([sample]) => expect(sample?.value).toBe(3),
    'Not closed A': ([sample]) => expect(sample?.value).toBe(1),
    'Calls by outcome A': (samples) =>
      expectNear(byLabels(samples, 'outcome'), {
        success: calls / RANGE_SECONDS,
        failure: (received('payments') + received('recommendations')) / RANGE_SECONDS,
        rejected: (calls - received('payments')) / RANGE_SECONDS,
        ignored: 0,
        aborted: 0,
      }),
    'State over time A': (samples) =>
      expectNear(
        byLabels(samples, 'circuit_name'),
        Object.fromEntries(status.circuits.map(({ name, state }) => [name, stateCodes[state]])),
      ),
    'Failure rate A': (samples) =>
      expectNear(byLabels(samples, 'circuit_name'), {
        catalog: catalog.failureRate,
        recommendations: recommendations.failureRate,
      }),
    'Slow rate A': (samples) =>
      expectNear(byLabels(samples, 'circuit_name', 'threshold'), {
        'catalog 800': (catalog.slow[800] ?? 0) / catalog.total,
        'recommendations 800': (recommendations.slow[800] ?? 0) / recommendations.total,
      }),
    'Rejections A': (samples) =>
      expectNear(byLabels(samples, 'circuit_name'), {
        catalog: 0,
        payments: (calls - received('payments')) / RANGE_SECONDS,
        recommendations: 0,
      }),
    'Transitions A': (samples) => {
      const counts = byLabels(samples, 'circuit_name', 'old_state', 'new_state')
      // a series that begins with its first event, as after most manual transitions, shows only the later ones
      const usual = /closed open|open half_open|half_open (open|closed)/
      const of = (all: Record<string, number>) =>
        Object.fromEntries(Object.entries(all).filter(([key]) => usual.test(key)))
      expectNear(of(counts), of(transitions))
    },
    'Call duration A': (samples) => expectQuantile(samples),
    'Call duration B': (samples) => expectQuantile(samples),
    'Call duration C': (samples) => expectQuantile(samples),
    'Shadow verdicts A': (samples) =>
      expectNear(byLabels(samples, 'circuit_name'), { recommendations: 1 }),
    'Store of shared circuits A': (samples) => expect(samples).toEqual([]), // none is shared
  }
  /** Of 240 to 360 ms: in the bucket from 250 to 500 ms, or an end of one beside it. */
  function expectQuantile(samples: Sample[]): void {
    const { catalog, ...others } = byLabels(samples, 'circuit_name')
    expect(catalog).toBeGreaterThan(0.1)
    expect(catalog).toBeLessThanOrEqual(1)
    expect(Object.keys(others).sort()).toEqual(['payments', 'recommendations'])
  }

  const queries = dashboardQueries(RANGE)
  expect([...queries.keys()].sort()).toEqual(Object.keys(expected).sort())
  for (const [name, query] of queries) {
    await test.step(`dashboard: ${name}`, () =>
      expect(async () => expected[name]?.(await prometheus.query(query))).toPass({
        timeout: 5_000,
      }))
  }
  const ofOne = dashboardQueries(RANGE, 'payments|nothing')
  for (const name of ['Circuits A', 'State over time A', 'Rejections A']) {
    const samples = await prometheus.query(ofOne.get(name) ?? '')
    expect(samples, `${name} of payments`).toHaveLength(1)
  }

  await test.step('alerts', async () => {
    const alerting: Record<string, Record<string, number>> = {
      CircuitNotClosed: { payments: 1 },
      CircuitFlapping: { catalog: 7 },
      CircuitShadowTrip: { recommendations: 1 },
    }
    await expect(async () => {
      const rules = await prometheus.rules()
      expect(rules.map(({ name, health, state }) => [name, health, state])).toEqual([
        ['CircuitNotClosed', 'ok', 'pending'], // it fires after five minutes
        ['CircuitFlapping', 'ok', 'firing'],
        ['CircuitShadowTrip', 'ok', 'firing'],
        ['CircuitFleetUnreachable', 'ok', 'inactive'],
      ])
      for (const { name, query } of rules) {
        const found = byLabels(await prometheus.query(query), 'circuit_name')
        expectNear(found, alerting[name] ?? {})
      }
    }).toPass({ timeout: 5_000 })
  })
})
