import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CircuitBreaker, failureRate, minRequests, type State, slowRate } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { ensurePrometheus } from '@fluxgate/testkit/prometheus'
import { Registry } from 'prom-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { alertRulesFile, dashboard, dashboardQueries } from './monitoring.ts'

let promtool = ''
beforeAll(() => {
  promtool = ensurePrometheus().promtool
}, 300_000) // installs Prometheus when it is missing

function run(args: string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** A scrape that contains every metric. */
async function scrapeAllMetrics(): Promise<string> {
  const registry = new Registry()
  const breaker = new CircuitBreaker({
    name: 'payments "EU"\n',
    tripper: minRequests(2).and(failureRate(0.5).or(slowRate(1, 1_000))),
    listeners: [new PrometheusListener({ registry })],
  })
  breaker.callSync(() => 1)
  breaker.metricsOnly()
  breaker.callSync(() => 1)
  return registry.metrics()
}

// A record, so that a new state is a type error here.
const stateTexts: Record<State, { text: string; rejects: boolean }> = {
  closed: { text: 'closed', rejects: false },
  open: { text: 'open', rejects: true },
  half_open: { text: 'half-open', rejects: true },
  metrics_only: { text: 'metrics only', rejects: false },
  disabled: { text: 'disabled', rejects: false },
  forced_open: { text: 'forced open', rejects: true },
}
const rejectingStates = Object.entries(stateTexts).flatMap(([state, { rejects }]) =>
  rejects ? [state] : [],
)

describe('promtool', () => {
  test('finds no problem in a scrape', async () => {
    const metrics = await scrapeAllMetrics()
    expect(run(['check', 'metrics'], metrics)).toEqual({ status: 0, output: '' })
    const broken = metrics.replaceAll('circuit_breaker_calls_total', 'circuit_breaker_calls')
    expect(run(['check', 'metrics'], broken).status).not.toBe(0)
  })

  test('finds no problem in the alert rules', () => {
    const { status, output } = run(['check', 'rules', '--lint-fatal', alertRulesFile])
    expect(output).toContain('4 rules found')
    expect(status).toBe(0)
  })

  test('passes the tests of the alert rules', () => {
    const { status, output } = run([
      'test',
      'rules',
      resolve(import.meta.dirname, 'alert-rules.test.yml'),
    ])
    expect(output).toContain('SUCCESS')
    expect(status).toBe(0)
  })
})

describe('the states', () => {
  const statesOf = (query: string | undefined) =>
    /state=~"(.*?)"/
      .exec(query ?? '')?.[1]
      ?.split('|')
      .sort()

  test('that reject calls are those of the alert and of the panel "Not closed"', () => {
    const panel = dashboardQueries('1m').get('Not closed A')
    expect(statesOf(panel)).toEqual([...rejectingStates].sort())
    expect(statesOf(readFileSync(alertRulesFile, 'utf8'))).toEqual([...rejectingStates].sort())
  })

  test('each have a number and a text in the panel "State over time"', () => {
    const panel = dashboard.panels.find(({ title }) => title === 'State over time')
    const numbers = panel?.targets[0]?.expr.matchAll(/(\d+) \* \S+, state="(\w+)"/g) ?? []
    const texts = panel?.fieldConfig.defaults.mappings?.[0]?.options ?? {}
    const shown = [...numbers].map(([, number = '', state]) => [state, texts[number]?.text])
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(Object.entries(stateTexts).map(([state, { text }]) => [state, text])),
    )
  })
})

describe('the dashboard', () => {
  test('shows exactly the metrics of the listener', async () => {
    const scrape = await scrapeAllMetrics()
    const names = [...scrape.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(names).toHaveLength(8)
    const shown = [...dashboardQueries('1m').values()].flatMap((query) => [
      ...query.matchAll(/circuit_breaker_\w+/g),
    ])
    const metric = (name: string) =>
      // without the unit: the Prometheus exporter of OpenTelemetry
      name.replace(/_bucket$/, '').replace(/call_duration$/, 'call_duration_seconds')
    expect([...new Set(shown.map(([name]) => metric(name)))].sort()).toEqual(names.sort())
  })

  test('defines every variable that its queries use', () => {
    for (const query of dashboardQueries('1m').values()) expect(query).not.toContain('$')
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'circuit'])
  })

  test('has panels that do not overlap and have different ids', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...cells.map((cell) => Number.parseInt(cell, 10)))).toBe(23)
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
