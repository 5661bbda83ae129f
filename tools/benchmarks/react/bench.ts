import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { chromium } from '@playwright/test'
import { build } from 'esbuild'
import { version as react } from 'react'
import type { Scenario } from './page.tsx'

const MEASURED_S = 5
const WARM_UP_MS = 1_000

const scenarios: (Scenario & { name: string })[] = [
  { name: 'nothing mounted', mounted: 'nothing', movesPerSecond: 0 },
  { name: 'states shown, none changes', mounted: 'states', movesPerSecond: 0 },
  { name: 'states shown, ten a second change', mounted: 'states', movesPerSecond: 10 },
  { name: 'metrics shown, renewed four times a second', mounted: 'metrics', movesPerSecond: 0 },
]

/** React reports its commits to this hook when it exists before React is loaded. */
const hook = `globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
  supportsFiber: true,
  inject: () => 1,
  onCommitFiberRoot: () => counted.commits++,
  onCommitFiberUnmount() {},
  onPostCommitFiberRoot() {},
}`

const here = import.meta.dirname
const { outputFiles } = await build({
  entryPoints: [resolve(here, 'page.tsx')],
  bundle: true,
  write: false,
  format: 'iife',
  jsx: 'automatic',
  banner: { js: hook },
  define: { 'process.env.NODE_ENV': '"production"' },
})
const script = outputFiles[0]?.text ?? ''

const browser = await chromium.launch({ args: browserArgs, executablePath: ensureBrowser() })
const rows: string[] = []
for (const { name, ...scenario } of scenarios) {
  const { calls, commits, renders, scriptMs } = await measure(scenario)
  const cells = [calls, commits, renders].map((count) => (count / MEASURED_S).toFixed(0))
  rows.push(`| ${name} | ${cells.join(' | ')} | ${(scriptMs / MEASURED_S).toFixed(1)} |`)
  console.log(rows.at(-1))
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`
const page = [
  '# Cost of a page with 1,000 components',
  '',
  '`npm run bench:react -w @fluxgate/benchmarks` writes this page: 1,000 components on 100 circuits, which are',
  `called 1,000 times a second, for ${MEASURED_S} s per row. Script time is measured by Chromium and includes the`,
  'calls: the first row is their cost without React.',
  '',
  `${machine}. Chromium ${browser.version()}, React ${react}, production build.`,
  '',
  '| a second | calls | commits | components rendered | ms of script |',
  '|---|---|---|---|---|',
  ...rows,
  '',
]
await browser.close()
writeFileSync(resolve(here, 'results.md'), page.join('\n'))

async function measure(scenario: Scenario) {
  const page = await browser.newPage()
  await page.goto('data:text/html,<title>bench</title><body></body>')
  await page.addScriptTag({ content: script })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const readCounters = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const scriptS = metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN
    return { ...(await page.evaluate(() => counted)), scriptMs: scriptS * 1_000 }
  }
  await page.evaluate((scenario) => start(scenario), scenario)
  await page.waitForTimeout(WARM_UP_MS)
  const before = await readCounters()
  await page.waitForTimeout(MEASURED_S * 1_000)
  const after = await readCounters()
  await page.close()
  return {
    calls: after.calls - before.calls,
    commits: after.commits - before.commits,
    renders: after.renders - before.renders,
    scriptMs: after.scriptMs - before.scriptMs,
  }
}
