import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ensureFirefox } from '@fluxgate/testkit/firefox'
import { PanelReader } from '../panel-reader.ts'
import { waitUntil } from '../wait-until.ts'
import { Marionette } from './marionette.ts'
import {
  evaluateInPanel,
  openToolbox,
  pictureOfPanel,
  setTheme,
  showTool,
  startLoading,
} from './toolbox.ts'

/** Timeout for the browser to start, for a busy machine. */
const SLOW_MS = 120_000

const extension = resolve(import.meta.dirname, '../../../devtools/dist/firefox')

/** Stops requests of the browser itself, and opens the toolbox in a window of its own. */
const settings = {
  'marionette.port': 0,
  'devtools.toolbox.host': 'window',
  'datareporting.policy.dataSubmissionPolicyBypassNotification': true,
  ...Object.fromEntries(
    [
      'app.normandy.enabled',
      'app.update.enabled',
      'browser.backup.enabled',
      'browser.newtabpage.enabled',
      'browser.region.network.url',
      'browser.safebrowsing.malware.enabled',
      'browser.safebrowsing.phishing.enabled',
      'browser.shell.checkDefaultBrowser',
      'datareporting.policy.dataSubmissionEnabled',
      'extensions.getAddons.cache.enabled',
      'network.captive-portal-service.enabled',
      'network.connectivity-service.enabled',
      'nimbus.rollouts.enabled',
      'toolkit.telemetry.enabled',
    ].map((name) => [name, false]),
  ),
}

/** A real Firefox with the built extension, one tab, and the panel in its toolbox. */
export class RealFirefox extends PanelReader {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #marionette: Marionette

  private constructor(process: ChildProcess, profile: string, marionette: Marionette) {
    super()
    this.#process = process
    this.#profile = profile
    this.#marionette = marionette
  }

  static async launch(): Promise<RealFirefox> {
    const path = ensureFirefox()
    const profile = await mkdtemp(join(tmpdir(), 'fluxgate-firefox-'))
    const lines = Object.entries(settings).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    )
    await writeFile(join(profile, 'user.js'), lines.join('\n'))
    const options = ['--headless', '--no-remote', '--width', '1300', '--height', '900']
    const remote = ['--marionette', '--remote-allow-system-access']
    const args = [...options, ...remote, '--profile', profile, 'about:blank']
    const process = spawn(path, args, { stdio: 'ignore' })
    let marionette: Marionette | undefined
    await waitUntil(async () => {
      // Firefox writes the port when it listens
      const port = await readFile(join(profile, 'MarionetteActivePort'), 'utf8')
      marionette = await Marionette.connect(Number(port))
      return true
    }, SLOW_MS)
    if (marionette === undefined) throw new Error('Firefox did not start')
    await marionette.send('WebDriver:NewSession', { timeouts: { script: SLOW_MS } })
    await marionette.send('Addon:Install', { path: extension, temporary: true })
    return new RealFirefox(process, profile, marionette)
  }

  /** Opens a URL in the tab, and returns after its `load` event. */
  async goto(url: string): Promise<void> {
    await this.#marionette.send('Marionette:SetContext', { value: 'content' })
    await this.#marionette.send('WebDriver:Navigate', { url })
  }

  /** Begins to load a URL in the tab, and does not wait for it. */
  async startLoading(url: string): Promise<void> {
    await this.#marionette.call('chrome', startLoading, url)
  }

  /** Calls a function in the page. */
  inPage<A extends readonly unknown[], R>(
    script: (...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>> {
    return this.#marionette.call('content', script, ...args)
  }

  /** Opens the toolbox, if it is closed, and shows the panel. */
  async showPanel(): Promise<void> {
    await this.#marionette.call('chrome', openToolbox)
    await this.#marionette.call('chrome', showTool, 'fluxgate')
    await waitUntil(() => this.evaluate(() => document.querySelector('.panel') !== null))
  }

  /** Shows the console instead of the panel. */
  async hidePanel(): Promise<void> {
    await this.#marionette.call('chrome', showTool, 'webconsole')
  }

  evaluate<R>(script: (...args: string[]) => R, ...args: string[]): Promise<Awaited<R>> {
    return this.evaluateCode(`(${script})(...${JSON.stringify(args)})`)
  }

  /** Evaluates an expression in the panel. Its value is copied as JSON. */
  async evaluateCode<R>(expression: string, timeoutMs = 2_000): Promise<Awaited<R>> {
    const answer = await this.#marionette.call('chrome', evaluateInPanel, expression, timeoutMs)
    if (answer.error !== undefined) throw new Error(`In the panel: ${answer.error}`)
    return JSON.parse(answer.json ?? 'null')
  }

  async setTheme(theme: 'dark' | 'light'): Promise<void> {
    await this.#marionette.call('chrome', setTheme, theme)
  }

  /** The panel as PNG. */
  async screenshot(): Promise<Buffer> {
    const url = await this.#marionette.call('chrome', pictureOfPanel)
    return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
  }

  async close(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#marionette.close()
    this.#process.kill('SIGKILL')
    await exit
    // processes of the browser may still write to it
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}
