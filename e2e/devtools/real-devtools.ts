import { resolve } from 'node:path'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core'
import { waitUntil } from './wait-until.ts'

/** Size of the undocked DevTools, in CSS pixels. */
const size = { width: 1300, height: 900 }

/** Timeout for the DevTools to open, for a busy machine. */
const SLOW_MS = 120_000

const extension = resolve(import.meta.dirname, '../../devtools/dist/chromium')

/** A tab of the browser, its DevTools and the panel in them. */
export interface InspectedTab {
  readonly page: Page
  readonly devtools: Page
  /** The panel, which the DevTools load when its tab is first shown. */
  readonly panel: () => Promise<Frame>
  /** Shows the Fluxgate tab, or another panel of the DevTools by id. */
  readonly show: (panelId?: string) => Promise<void>
  readonly setTheme: (theme: 'dark' | 'default') => Promise<void>
}

/**
 * A real Chromium with the built extension, which opens DevTools for each tab. Uses puppeteer,
 * because Playwright does not expose `devtools://` pages.
 */
export class RealDevtools {
  readonly browser: Browser

  private constructor(browser: Browser) {
    this.browser = browser
  }

  static async launch(): Promise<RealDevtools> {
    const browser = await puppeteer.launch({
      executablePath: ensureBrowser(),
      headless: true,
      defaultViewport: null,
      ignoreDefaultArgs: ['--disable-extensions'],
      args: [
        ...browserArgs,
        '--auto-open-devtools-for-tabs',
        // remote host names that resolve to this machine
        '--host-resolver-rules=MAP *.example 127.0.0.1',
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
      ],
    })
    return new RealDevtools(browser)
  }

  /** Opens a tab with its DevTools, without showing the Fluxgate tab. */
  async open(url: string): Promise<InspectedTab> {
    const known = new Set(this.browser.targets())
    const page = await this.browser.newPage()
    const target = await this.browser.waitForTarget(
      (candidate) => candidate.url().startsWith('devtools://') && !known.has(candidate),
      { timeout: SLOW_MS },
    )
    const devtools = await target.asPage()
    await waitUntil(() => devtools.evaluate(isReady), SLOW_MS)
    await devtools.evaluate(undock)
    await devtools.setViewport(size)
    await page.goto(url)
    return {
      page,
      devtools,
      panel: () => panelIn(devtools),
      show: (panelId) => devtools.evaluate(showPanel, panelId),
      setTheme: (theme) => devtools.evaluate(applyTheme, theme),
    }
  }

  async saveDownloadsIn(folder: string): Promise<void> {
    const session = await this.browser.target().createCDPSession()
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder })
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}

async function panelIn(devtools: Page): Promise<Frame> {
  const isPanel = (frame: Frame) => frame.url().endsWith('/panel-page.html')
  return devtools.frames().find(isPanel) ?? devtools.waitForFrame(isPanel)
}

// The functions below run in the page of the DevTools, whose modules can be imported there.

interface InspectorView {
  readonly tabbedPane: { tabIds(): string[] }
  showPanel(id: string): Promise<void>
}

async function isReady(): Promise<boolean> {
  try {
    const ui = await import(String('./ui/legacy/legacy.js'))
    const view: InspectorView = ui.InspectorView.InspectorView.instance()
    return view.tabbedPane.tabIds().some((id) => id.startsWith('chrome-extension://'))
  } catch {
    return false // the DevTools are still loading
  }
}

/** Docked DevTools are narrow. */
async function undock(): Promise<void> {
  const ui = await import(String('./ui/legacy/legacy.js'))
  ui.DockController.DockController.instance().setDockSide('undocked')
}

async function showPanel(panelId: string | undefined): Promise<void> {
  const ui = await import(String('./ui/legacy/legacy.js'))
  const view: InspectorView = ui.InspectorView.InspectorView.instance()
  const id =
    panelId ?? view.tabbedPane.tabIds().find((tab) => tab.startsWith('chrome-extension://'))
  if (id === undefined) throw new Error('The DevTools have no tab of an extension')
  await view.showPanel(id)
}

async function applyTheme(theme: 'dark' | 'default'): Promise<void> {
  const common = await import(String('./core/common/common.js'))
  common.Settings.Settings.instance().moduleSetting('ui-theme').set(theme)
}
