import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CircuitBreaker, failureRate, minRequests, slowRate } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { DocsPage } from '@fluxgate/testkit/docs'
import { Registry } from 'prom-client'
import { afterEach, expect, test, vi } from 'vitest'
import { stubFleet } from './stub-fleet.ts'

const url = new URL('../README.md', import.meta.url)
const text = readFileSync(url, 'utf8')
const page = new DocsPage(url)

const posted: string[] = []

afterEach(() => {
  vi.unstubAllGlobals()
})

test('contains the examples that are tested here', () => {
  expect(page.snippets.map(({ title, expected }) => [title, expected.length])).toEqual([
    ['Prometheus', 1],
    ['OpenTelemetry', 1],
    ['Slack', 0],
    ['A database', 2],
    ['Structured logs', 0],
    ['A webhook, and its receiver', 2],
    ['Browsers, workers and edge runtimes', 1],
  ])
})

test.each(page.snippets)(
  'the example "$title" logs what its comments show',
  { timeout: 120_000 },
  async (snippet) => {
    if (snippet.title === 'Slack') {
      vi.stubGlobal('fetch', async (_url: string, { body }: RequestInit) => {
        posted.push(new URLSearchParams(String(body)).get('text') ?? '')
        return Response.json({ ok: true, ts: '1.1' })
      })
    }
    expect(await snippet.run()).toEqual(snippet.expected)
  },
)

test('the Slack example posts the text of its template', () => {
  expect(posted).toEqual([
    expect.stringMatching(/^\*payments\* is open: tripped manually\. Next try <!date\^\d+\^/),
  ])
})

test('the table of metrics lists the metrics and labels of a scrape', async () => {
  const registry = new Registry()
  const circuit = new CircuitBreaker({
    name: 'a',
    tripper: minRequests(5).and(failureRate(1).or(slowRate(1, 1_000))),
    listeners: [new PrometheusListener({ registry })],
    shared: stubFleet({ reachable: true }),
  })
  circuit.callSync(() => 1)
  const scraped = (await registry.getMetricsAsJSON()).map((metric) => {
    const { values = [] } = metric as { values?: { labels: object }[] }
    const labels = Object.keys(values[0]?.labels ?? {}).filter((label) => label !== 'le')
    return [metric.name, String(metric.type), labels.sort().join(' ')]
  })
  const documented = [...text.matchAll(/^\| `(circuit_\w+)` \| (\w+)[^|]* \| (.*) \|$/gm)].map(
    ([, name, type, labels = '']) => [
      name,
      type,
      [...labels.matchAll(/`(\w+)`/g)]
        .map(([, label]) => label)
        .sort()
        .join(' '),
    ],
  )
  expect(documented).toHaveLength(8)
  expect(documented.sort()).toEqual(scraped.sort())
})

test('every linked file and every named file exists', () => {
  const files = [...text.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, path]) => path ?? '')
  const named = [...text.matchAll(/`([\w-]+\.(?:json|yml))`/g)].map(([, n]) => `monitoring/${n}`)
  const paths = [...files, ...named]
  expect(paths).toHaveLength(6)
  const exists = (path: string) => existsSync(fileURLToPath(new URL(path, url)))
  expect(paths.filter((path) => !exists(path))).toEqual([])
})
