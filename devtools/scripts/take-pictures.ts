import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import type { Page } from 'puppeteer-core'
import { servePages } from '../../e2e/devtools/page-server.ts'
import { PanelDriver } from '../../e2e/devtools/panel-driver.ts'
import { type InspectedTab, RealDevtools } from '../../e2e/devtools/real-devtools.ts'

/**
 * `npm run pictures --workspace @fluxgate/devtools`: takes pictures of every state of the panel in the
 * DevTools, with the outage of the playground. Those of the README go to `docs`, others to `.results`.
 */
const docs = resolve(import.meta.dirname, '../docs')
const others = resolve(import.meta.dirname, '../../.results/devtools-pictures')
const inReadme = new Set(['panel-light', 'panel-dark', 'why', 'metrics', 'in-page'])

rmSync(others, { recursive: true, force: true })
for (const folder of [docs, others]) mkdirSync(folder, { recursive: true })

const script = '<script type="module" src="/circuits.js"></script>'
const playground = await PlaygroundProcess.start()
const server = await servePages({
  '/': `<!doctype html><title>App</title>${script}`,
  '/bare': '<!doctype html><title>Bare</title>',
})
const real = await RealDevtools.launch()
try {
  await pictureOutage()
  await pictureEmptyStates()
  await pictureDocuments()
  await pictureRemote()
  await pictureInPage()
} finally {
  await real.close()
  await server.close()
  await playground.stop()
}

async function take(page: Page, name: string): Promise<void> {
  const folder = inReadme.has(name) ? docs : others
  // wait until the last action is drawn and the hover highlight has faded
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)))
  await page.screenshot({ path: join(folder, `${name}.webp`), type: 'webp', quality: 88 })
  console.log(join(folder, `${name}.webp`))
}

async function open(url: string): Promise<InspectedTab & { readonly driver: PanelDriver }> {
  const tab = await real.open(url)
  await resize(tab, 1_300, 760)
  const driver = new PanelDriver(tab)
  await driver.show()
  return { ...tab, driver }
}

async function resize({ devtools }: InspectedTab, width: number, height: number): Promise<void> {
  await devtools.setViewport({ width, height, deviceScaleFactor: 2 })
}

async function pictureOutage(): Promise<void> {
  const tab = await open(`${playground.url}?seed=11&past=150&severity=high#/outage`)
  const { devtools, driver } = tab
  await driver.waitFor('checkout')
  // fill the charts
  await new Promise((resolve) => setTimeout(resolve, 12_000))
  await take(devtools, 'panel-light')
  await tab.setTheme('dark')
  await take(devtools, 'panel-dark')
  await tab.setTheme('default')

  await driver.selectEntry('closed → open')
  await take(devtools, 'why')
  await driver.press('Back to now')
  await driver.tab('Metrics')
  await driver.select('notifications')
  await driver.frame.focus('.timeline')
  for (let step = 0; step < 8; step++) await devtools.keyboard.press('+')
  await take(devtools, 'metrics')
  await devtools.keyboard.press('Home')
  await devtools.keyboard.press('End')
  await driver.tab('Configuration')
  await take(devtools, 'configuration')
  await driver.press('Timeline as a table')
  await take(devtools, 'table')
  await driver.press('Timeline as a table')
  await driver.filter('state:open')
  await take(devtools, 'filtered')
  await driver.filter('nothing like this')
  await take(devtools, 'no-match')
  await driver.filter('')

  await driver.frame.focus('.timeline')
  await devtools.keyboard.down('Shift')
  for (let step = 0; step < 12; step++) await devtools.keyboard.press('ArrowRight')
  await devtools.keyboard.up('Shift')
  await take(devtools, 'range')
  await devtools.keyboard.press('Escape')
  await (await driver.frame.$('.timeline'))?.hover()
  await take(devtools, 'tooltip')
  await driver.press('Pause recording')
  await take(devtools, 'paused')
  await resize(tab, 400, 760)
  await take(devtools, 'narrow')
  await tab.page.close()
}

async function pictureEmptyStates(): Promise<void> {
  const tab = await open(`${server.origin}/bare`)
  await tab.driver.waitFor('No Fluxgate')
  await take(tab.devtools, 'no-fluxgate')
  await tab.setTheme('dark')
  await take(tab.devtools, 'no-fluxgate-dark')
  await tab.setTheme('default')
  await tab.page.evaluate(
    `globalThis[Symbol.for('fluxgate.devtools/v1')] = { version: 1, epoch: 'e', read: () => 'nonsense' }`,
  )
  await tab.driver.waitFor('invalid')
  await take(tab.devtools, 'failing')
  await tab.page.close()
}

async function pictureDocuments(): Promise<void> {
  const tab = await open(server.origin)
  const move = () =>
    tab.page.evaluate(() => {
      const { make, fail, failureStreak } = window.page
      make('payments', { tripper: failureStreak(3) })
      make('search')
      fail('payments', 20)
    })
  await move()
  await tab.driver.waitFor('payments')
  await tab.driver.frame.evaluate(() => {
    document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
  })
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await tab.page.reload()
  await move()
  await tab.driver.waitFor('removed')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await take(tab.devtools, 'reloaded')
  await tab.page.evaluate(() => {
    for (let index = 0; index < 300; index++) {
      window.page.circuit('search').forceOpen()
      window.page.circuit('search').reset()
    }
  })
  await tab.driver.waitFor('dropped')
  await take(tab.devtools, 'dropped')
  await tab.page.close()
}

async function pictureRemote(): Promise<void> {
  const remote = new URL('http://shop.example/')
  remote.port = new URL(server.origin).port
  const tab = await open(remote.href)
  await tab.page.evaluate(() => {
    window.page.make('payments')
  })
  await tab.driver.waitFor('payments')
  await tab.driver.press('Force open')
  await take(tab.devtools, 'confirmation')
  await tab.page.close()
}

async function pictureInPage(): Promise<void> {
  const page = await real.browser.newPage()
  await page.setViewport({ width: 1_300, height: 860, deviceScaleFactor: 2 })
  await page.goto(`${playground.url}?seed=11&past=150&severity=high#/outage`)
  await (await page.waitForSelector('>>> .toggle'))?.click()
  await page.waitForSelector('>>> .circuit-row')
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  await take(page, 'in-page')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await take(page, 'in-page-dark')
  await page.setViewport({ width: 400, height: 860, deviceScaleFactor: 2 })
  await take(page, 'in-page-narrow')
  await page.close()
}
