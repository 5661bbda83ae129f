import { resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { type Bundle, bundledByEsbuild, bundlers } from './bundlers/bundle.ts'

const entry = resolve(import.meta.dirname, 'bundlers/page.js')

/** Strings that only occur in the clients and in the listeners that import them. */
const traces = ['registerMetric', 'getMetricsAsJSON', 'postMessage', 'slack.com/api', 'xoxp']

function findings({ code, modules }: Bundle): string[] {
  return [
    ...traces.filter((trace) => code.includes(trace)),
    ...modules.filter((path) => /prom-client|@slack\/|(prometheus|slack)-listener\.js/.test(path)),
  ]
}

for (const [name, bundle] of Object.entries(bundlers)) {
  test(`${name} leaves the server listeners and their clients out of a page`, async ({
    page,
  }, testInfo) => {
    const built = await bundle(entry, testInfo.outputPath())
    expect(built.modules.filter((path) => path.includes('server-only.js'))).toHaveLength(3)
    expect(findings(built)).toEqual([])

    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => problems.push(message.text()))
    await page.addScriptTag({ content: built.code, type: 'module' })
    await expect.poll(() => page.evaluate('typeof fluxgatePage')).toBe('object')
    expect(await page.evaluate('fluxgatePage.call()')).toBe('a &amp; b')
    expect(problems).toEqual([])
    expect(await page.evaluate('fluxgatePage.construct()')).toEqual([
      'true ServerOnlyError: PrometheusListener runs on servers only, but ',
      'true ServerOnlyError: SlackListener runs on servers only, but this ',
    ])
  })
}

test('esbuild includes the listeners and clients in a bundle for servers', async () => {
  const built = await bundledByEsbuild(entry, 'node')
  expect(built.modules.filter((path) => path.includes('server-only'))).toHaveLength(1)
  expect(findings(built)).toEqual(expect.arrayContaining(traces.slice(0, 4)))
})
