import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { CircuitBreaker, failureRate, minRequests, slowRate } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { ensurePrometheus } from '@fluxgate/testkit/prometheus'
import { Registry } from 'prom-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { alertRulesFile, dashboard, dashboardQueries } from './monitoring.ts'

let promtool = ''
beforeAll(() => {
  promtool = ensurePrometheus().promtool
}, 300_000) // where it is not installed, that comes first

function run(args: string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

async function scrapeOfABusyCircuit(): Promise<string> {
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

describe('promtool', () => {
  test('check metrics finds nothing to say against a scrape', async () => {
    const metrics = await scrapeOfABusyCircuit()
    expect(run(['check', 'metrics'], metrics)).toEqual({ status: 0, said: '' })
    const broken = metrics.replaceAll('circuit_breaker_calls_total', 'circuit_breaker_calls')
    expect(run(['check', 'metrics'], broken).status).not.toBe(0)
  })

  test('check rules', () => {
    const { status, said } = run(['check', 'rules', '--lint-fatal', alertRulesFile])
    expect(said).toContain('3 rules found')
    expect(status).toBe(0)
  })

  test('test rules', () => {
    const { status, said } = run([
      'test',
      'rules',
      resolve(import.meta.dirname, 'alert-rules.test.yml'),
    ])
    expect(said).toContain('SUCCESS')
    expect(status).toBe(0)
  })
})

describe('the dashboard', () => {
  test('shows every metric that the listener has, by its labels, and no other', async () => {
    const scrape = await scrapeOfABusyCircuit()
    const names = [...scrape.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(names).toHaveLength(7)
    const shown = [...dashboardQueries('1m').values()].flatMap((query) => [
      ...query.matchAll(/circuit_breaker_\w+/g),
    ])
    const metric = (name: string) => name.replace(/_bucket$/, '')
    expect([...new Set(shown.map(([name]) => metric(name)))].sort()).toEqual(names.sort())
  })

  test('leaves no variable that Grafana would not know', () => {
    for (const query of dashboardQueries('1m').values()) expect(query).not.toContain('$')
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'circuit'])
  })

  test('has its panels side by side, none over another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...cells.map((cell) => Number.parseInt(cell, 10)))).toBe(23)
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
