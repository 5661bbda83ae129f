import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { servePages } from '../../e2e/devtools/page-server.ts'
import { PanelDriver } from '../../e2e/devtools/panel-driver.ts'
import { type InspectedTab, RealDevtools } from '../../e2e/devtools/real-devtools.ts'

/**
 * `npm run budgets --workspace @fluxgate/devtools`: measures the built panel in the real DevTools
 * against its budgets, and exits with 1 when one is exceeded.
 */
const budgets = { panelKb: 120, longestTaskMs: 50, transitionMs: 150 }
const TRANSITIONS = 100
const STEPS = 60
/** Tells in a trace which thread is the panel's. */
const MARK = 'fluxgate panel'
/** tsx has functions keep their names by a helper, which the places they are sent to lack. */
const tsxHelper = 'globalThis.__name ??= (value) => value'

const server = await servePages({
  '/': '<!doctype html><title>Budgets</title><script type="module" src="/circuits.js"></script>',
})
const real = await RealDevtools.launch()
try {
  report('panel, gzip', panelKb(), budgets.panelKb, 'kB')
  await measureTransitions()
  await measureTasks()
} finally {
  await real.close()
  await server.close()
}

function report(what: string, value: number, budget: number, unit: string): void {
  const ok = value <= budget
  if (!ok) process.exitCode = 1
  const number = `${Math.round(value * 10) / 10} ${unit}`
  console.log(
    `${ok ? '✓' : '✗'} ${what.padEnd(48)} ${number.padStart(9)}   budget ${budget} ${unit}`,
  )
}

/** Everything that the panel's page loads. */
function panelKb(): number {
  const folder = resolve(import.meta.dirname, '../dist/chromium')
  const files = readdirSync(folder).filter((file) => /\.(js|css|html)$/.test(file))
  const bytes = files.map((file) => gzipSync(readFileSync(resolve(folder, file))).length)
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000
}

/** From a transition in the page until its word stands in the list, and the frame after that. */
async function measureTransitions(): Promise<void> {
  const { page, frame } = await openPanel()
  await page.evaluate(() => {
    window.page.make('probe')
  })
  await frame.waitForSelector('.circuit-row')
  await frame.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seen })
    const word = () => document.querySelector('.circuit-row .circuit-word')?.textContent ?? ''
    let last = word()
    new MutationObserver(() => {
      if (word() === last) return
      last = word()
      requestAnimationFrame(() => seen.push(Date.now()))
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  const sent = await page.evaluate(async (transitions) => {
    const moments: number[] = []
    const probe = window.page.circuit('probe')
    for (let index = 0; index < transitions; index++) {
      await new Promise((later) => setTimeout(later, 100 + Math.random() * 400))
      moments.push(Date.now())
      if (index % 2 === 0) probe.forceOpen()
      else probe.reset()
    }
    return moments
  }, TRANSITIONS)
  await frame.waitForFunction(
    (count) => Reflect.get(window, 'seen').length >= count,
    {},
    TRANSITIONS,
  )
  const seen = await frame.evaluate((): number[] => Reflect.get(window, 'seen'))
  const waits = sent
    .map((moment) => (seen.find((at) => at >= moment) ?? Number.POSITIVE_INFINITY) - moment)
    .sort((a, b) => a - b)
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? Number.NaN
  report('transition to pixel, p50', at(0.5), budgets.transitionMs, 'ms')
  report('transition to pixel, p95', at(0.95), budgets.transitionMs, 'ms')
  await page.close()
}

/** Everything that moves in a panel with 1,000 circuits and 100,000 signals. */
async function measureTasks(): Promise<void> {
  const tab = await real.open(server.origin)
  await tab.page.evaluate(tsxHelper)
  await tab.page.evaluate(fill)
  const driver = new PanelDriver(tab)
  await driver.show()
  await driver.frame.waitForFunction(
    () => Number(document.querySelector('.log-row')?.getAttribute('aria-setsize')) >= 101_000,
  )
  await driver.frame.evaluate(tsxHelper)
  console.log('1,000 circuits with 100,000 signals, the longest task while it')
  const timeline = '.timeline'
  await measure('scrolls the list', tab, driver, { over: '.circuit-list', deltaY: 300 })
  await measure('scrolls the log', tab, driver, { over: '.log-rows', deltaY: -3_000 })
  await measure('zooms out', tab, driver, { over: timeline, deltaY: 60, control: true })
  await measure('zooms in', tab, driver, { over: timeline, deltaY: -60, control: true })
  await measure('pans', tab, driver, { over: timeline, deltaY: -120 })
  await tab.page.evaluate(keepMoving)
  await measure('zooms, 200 new signals a second', tab, driver, {
    over: timeline,
    deltaY: 60,
    control: true,
  })
  await tab.page.close()
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
  { over, deltaY, control = false }: Movement,
): Promise<void> {
  const element = await frame.$(over)
  await element?.hover()
  await devtools.tracing.start({ categories: ['toplevel', 'blink.user_timing'] })
  await frame.evaluate((name) => performance.mark(name), MARK)
  if (control) await devtools.keyboard.down('Control')
  for (let step = 0; step < STEPS; step++) await devtools.mouse.wheel({ deltaY })
  if (control) await devtools.keyboard.up('Control')
  await frame.evaluate(() => new Promise((next) => requestAnimationFrame(next)))
  const trace = Buffer.from((await devtools.tracing.stop()) ?? [])
  report(`  ${what}`, longestTask(JSON.parse(trace.toString())), budgets.longestTaskMs, 'ms')
}

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string
    readonly pid: number
    readonly tid: number
    /** Time on the processor, µs: what the task costs, however busy the machine is. */
    readonly tdur?: number
  }[]
}

function longestTask({ traceEvents }: Trace): number {
  const panel = traceEvents.find(({ name }) => name === MARK)
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && pid === panel?.pid && tid === panel.tid,
  )
  if (tasks.length < STEPS) throw new Error(`The trace has ${tasks.length} tasks of the panel`)
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1_000), 0)
}

async function openPanel() {
  const tab = await real.open(server.origin)
  const driver = new PanelDriver(tab)
  await driver.show()
  for (const place of [tab.page, driver.frame]) await place.evaluate(tsxHelper)
  return { page: tab.page, frame: driver.frame }
}

// What follows runs in the page, or in the panel.

/** A hundred signals of each of a thousand circuits, all in the last ten minutes. */
function fill(): void {
  const start = Date.now() - 600_000
  let now = 0
  const clock = { now: () => now, timestamp: () => start + now }
  const circuits = Array.from({ length: 1_000 }, (_, index) =>
    window.page.make(`circuit ${index}`, { clock }),
  )
  for (let move = 0; move < 50; move++) {
    for (const circuit of circuits) {
      now += 4
      if (move % 3 === 0) circuit.trip()
      else circuit.forceOpen()
    }
    for (const circuit of circuits) {
      now += 4
      circuit.reset()
    }
  }
}

function keepMoving(): void {
  let turn = 0
  setInterval(() => {
    for (let index = 0; index < 10; index++) {
      const circuit = window.page.circuit(`circuit ${turn++ % 1_000}`)
      if (circuit.state === 'closed') circuit.forceOpen()
      else circuit.reset()
    }
  }, 50)
}
