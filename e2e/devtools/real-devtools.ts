import { resolve } from 'node:path'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core'

/** Of the DevTools in a window of their own, in CSS pixels. */
const size = { width: 1300, height: 900 }

/** DevTools take long to open where much else is running. */
const SLOW_MS = 120_000

const extension = resolve(import.meta.dirname, '../../devtools/dist/chromium')

/** A tab of the browser, its own DevTools, and our panel in them. */
export interface InspectedTab {
  readonly page: Page
  readonly devtools: Page
  /** Our panel, which the DevTools load when its tab is shown for the first time. */
  readonly panel: () => Promise<Frame>
  /** Shows the Fluxgate tab, or another one of the DevTools by its id. */
  readonly show: (panelId?: string) => Promise<void>
  readonly setTheme: (theme: 'dark' | 'default') => Promise<void>
}

/**
 * A real Chromium with the built extension in it, whose tabs open their DevTools by themselves.
 * Playwright does not show `devtools://` pages; puppeteer does.
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
        // a host that is not local by its name, and never leaves this machine
        '--host-resolver-rules=MAP *.example 127.0.0.1',
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
      ],
    })
    return new RealDevtools(browser)
  }

  /** Opens a tab with its DevTools; the Fluxgate tab in them is not shown yet. */
  async open(url: string): Promise<InspectedTab> {
    const known = new Set(this.browser.targets())
    const page = await this.browser.newPage()
    const target = await this.browser.waitForTarget(
      (candidate) => candidate.url().startsWith('devtools://') && !known.has(candidate),
      { timeout: SLOW_MS },
    )
    const devtools = await target.asPage()
    await devtools.waitForFunction(isReady, { polling: 50, timeout: SLOW_MS })
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

// What follows runs in the DevTools' own page, which is built of modules that can be imported there.

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
    return false // its settings are still on their way
  }
}

/** Docked they are narrow, and share the window with a page that nobody looks at. */
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
