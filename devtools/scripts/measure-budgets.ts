import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { servePages } from '../../e2e/devtools/page-server.ts'
import { PanelDriver } from '../../e2e/devtools/panel-driver.ts'
import { type InspectedTab, RealDevtools } from '../../e2e/devtools/real-devtools.ts'
import { waitUntil } from '../../e2e/devtools/wait-until.ts'
import { BudgetReport } from './budget-report.ts'
import { listenerKb, panelKb } from './built-sizes.ts'

/**
 * `npm run budgets --workspace @fluxgate/devtools`: measures the built panel in the real DevTools
 * against its budgets, writes `docs/budgets.md`, and exits with 1 when a budget is exceeded.
 */
const budgets = { panelKb: 150, listenerKb: 1.5, longestTaskMs: 50, transitionMs: 150 }
const TRANSITIONS = 100
/** Timeout of reading 100,000 signals, for a busy machine. */
const SLOW_MS = 120_000
const STEPS = 60
/** The name of a performance mark that identifies the panel's thread in a trace. */
const MARK = 'fluxgate panel'
/** Functions that tsx compiled call this helper, which does not exist in the browser. */
const tsxHelper = 'globalThis.__name ??= (value) => value'

const server = await servePages({
  '/': '<!doctype html><title>Budgets</title><script type="module" src="/circuits.js"></script>',
})
const real = await RealDevtools.launch()
const report = new BudgetReport()
try {
  report.add('panel, gzip', panelKb(), 'kB', budgets.panelKb)
  report.add('devtoolsListener, min + brotli', await listenerKb(), 'kB', budgets.listenerKb)
  await measureTransitions()
  await measureTasks()
  report.write(resolve(import.meta.dirname, '../docs/budgets.md'), await real.browser.version())
} finally {
  await real.close()
  await server.close()
}

/** The time from a transition in the page to the animation frame after its state is in the list. */
async function measureTransitions(): Promise<void> {
  const { page, frame } = await openPanel()
  await page.evaluate(() => {
    window.page.make('probe')
  })
  await frame.waitForSelector('.circuit-row')
  await frame.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seen })
    const word = () => document.querySelector('.circuit-row .circuit-state')?.textContent ?? ''
    let last = word()
    new MutationObserver(() => {
      if (word() === last) return
      last = word()
      requestAnimationFrame(() => seen.push(Date.now()))
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  const triggered = await page.evaluate(async (transitions) => {
    const moments: number[] = []
    const probe = window.page.circuit('probe')
    for (let index = 0; index < transitions; index++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400))
      moments.push(Date.now())
      if (index % 2 === 0) probe.forceOpen()
      else probe.reset()
    }
    return moments
  }, TRANSITIONS)
  // a transition that is reverted before the panel reads it is measured by the next one
  await waitUntil(() =>
    frame.evaluate((last) => Reflect.get(window, 'seen').at(-1) >= last, triggered.at(-1) ?? 0),
  )
  const seen = await frame.evaluate((): number[] => Reflect.get(window, 'seen'))
  const delays = triggered
    .map((moment) => (seen.find((at) => at >= moment) ?? Number.POSITIVE_INFINITY) - moment)
    .sort((a, b) => a - b)
  const at = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? Number.NaN
  report.add('transition to pixel, p50', at(0.5), 'ms')
  report.add('transition to pixel, p95', at(0.95), 'ms', budgets.transitionMs)
  await page.close()
}

/** Scrolling, zooming, panning, export and import with 1,000 circuits and 100,000 signals. */
async function measureTasks(): Promise<void> {
  const tab = await real.open(server.origin)
  await tab.page.evaluate(tsxHelper)
  await tab.page.evaluate(fill)
  const driver = new PanelDriver(tab)
  await driver.show()
  await waitUntil(
    () =>
      driver.frame.evaluate(
        () => Number(document.querySelector('.log-row')?.getAttribute('aria-setsize')) >= 100_000,
      ),
    SLOW_MS,
  )
  await driver.frame.evaluate(tsxHelper)
  const timeline = '.timeline'
  const moving = (what: string, movement: Movement) =>
    measure(`1,000 circuits, 100,000 signals: ${what}`, tab, driver, () => move(tab, movement))
  await moving('scroll the list', { over: '.circuit-list', deltaY: 300 })
  await moving('scroll the log', { over: '.log-rows', deltaY: -3_000 })
  await moving('zoom out', { over: timeline, deltaY: 60, control: true })
  await moving('zoom in', { over: timeline, deltaY: -60, control: true })
  await moving('pan', { over: timeline, deltaY: -120 })
  await measureFile(tab, driver)
  await tab.page.evaluate(keepChanging)
  await moving('zoom, 200 new a second', { over: timeline, deltaY: 60, control: true })
  await tab.page.close()

  async function move({ devtools }: InspectedTab, { over, deltaY, control }: Movement) {
    await (await driver.frame.$(over))?.hover()
    if (control) await devtools.keyboard.down('Control')
    for (let step = 0; step < STEPS; step++) await devtools.mouse.wheel({ deltaY })
    if (control) await devtools.keyboard.up('Control')
  }
}

/** Exports the session to a file and imports it again. */
async function measureFile(tab: InspectedTab, driver: PanelDriver): Promise<void> {
  const { frame } = driver
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-'))
  try {
    await real.saveDownloadsIn(folder)
    const saved = () => readdirSync(folder).find((name) => name.endsWith('.json'))
    const exported = await measure(
      '1,000 circuits, 100,000 signals: export',
      tab,
      driver,
      async () => {
        await driver.press('Export as JSON')
        while (saved() === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
      },
    )
    const imported = await measure(
      '1,000 circuits, 100,000 signals: import',
      tab,
      driver,
      async () => {
        const input = await frame.$('input[type=file]')
        await input?.uploadFile(join(folder, String(saved())))
        await frame.waitForSelector('[data-connection=file]', { timeout: 60_000 })
        await frame.waitForSelector('.log-row')
      },
    )
    report.add('1,000 circuits, 100,000 signals: export, all tasks', exported / 1_000, 's')
    report.add('1,000 circuits, 100,000 signals: import, all tasks', imported / 1_000, 's')
    await driver.press('Close the file')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Movement {
  readonly over: string
  readonly deltaY: number
  readonly control?: boolean
}

async function measure(
  what: string,
  { devtools }: InspectedTab,
  { frame }: PanelDriver,
  act: () => Promise<void>,
): Promise<number> {
  await devtools.tracing.start({ categories: ['toplevel', 'blink.user_timing'] })
  await frame.evaluate((name) => performance.mark(name), MARK)
  await act()
  await frame.evaluate(() => new Promise((next) => requestAnimationFrame(next)))
  const trace = Buffer.from((await devtools.tracing.stop()) ?? [])
  const tasks = panelTasks(JSON.parse(trace.toString()))
  report.add(`${what}, longest task`, Math.max(...tasks), 'ms', budgets.longestTaskMs)
  return tasks.reduce((sum, ms) => sum + ms, 0)
}

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string
    readonly pid: number
    readonly tid: number
    /** CPU time in µs, which does not depend on other load on the machine. */
    readonly tdur?: number
  }[]
}

/** The CPU time of each task of the panel in ms. */
function panelTasks({ traceEvents }: Trace): number[] {
  const panel = traceEvents.find(({ name }) => name === MARK)
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && pid === panel?.pid && tid === panel.tid,
  )
  if (tasks.length < STEPS) throw new Error(`The trace has ${tasks.length} tasks of the panel`)
  return tasks.map(({ tdur = 0 }) => tdur / 1_000)
}

async function openPanel() {
  const tab = await real.open(server.origin)
  const driver = new PanelDriver(tab)
  await driver.show()
  for (const place of [tab.page, driver.frame]) await place.evaluate(tsxHelper)
  return { page: tab.page, frame: driver.frame }
}

// The functions below run in the page or in the panel.

/** Creates 1,000 circuits with 100 signals each, in the last ten minutes. */
function fill(): void {
  const start = Date.now() - 600_000
  let now = 0
  const clock = { now: () => now, timestamp: () => start + now }
  const circuits = Array.from({ length: 1_000 }, (_, index) =>
    window.page.make(`circuit ${index}`, { clock }),
  )
  for (let round = 0; round < 50; round++) {
    for (const circuit of circuits) {
      now += 4
      if (round % 3 === 0) circuit.trip()
      else circuit.forceOpen()
    }
    for (const circuit of circuits) {
      now += 4
      circuit.reset()
    }
  }
}

function keepChanging(): void {
  let turn = 0
  setInterval(() => {
    for (let index = 0; index < 10; index++) {
      const circuit = window.page.circuit(`circuit ${turn++ % 1_000}`)
      if (circuit.state === 'closed') circuit.forceOpen()
      else circuit.reset()
    }
  }, 50)
}
