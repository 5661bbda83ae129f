import type { Frame } from 'puppeteer-core'
import { PanelReader } from './panel-reader.ts'
import type { InspectedTab } from './real-devtools.ts'

/** The panel in the DevTools of Chromium. */
export class PanelDriver extends PanelReader {
  readonly #tab: InspectedTab
  #frame: Frame | undefined

  constructor(tab: InspectedTab) {
    super()
    this.#tab = tab
  }

  evaluate<R>(script: (...args: string[]) => R, ...args: string[]): Promise<Awaited<R>> {
    return this.frame.evaluate(script, ...args)
  }

  async show(): Promise<void> {
    await this.#tab.show()
    this.#frame = await this.#tab.panel()
    await this.#frame.waitForSelector('.panel')
  }

  /** Reloads the panel, so that it is empty. */
  async restart({ keepSettings = false } = {}): Promise<void> {
    await this.show()
    await this.frame.evaluate((keep) => {
      document.body.id = 'old'
      if (!keep) localStorage.clear()
      location.reload()
    }, keepSettings)
    await this.frame.waitForSelector('body:not(#old) .panel')
  }

  async hide(): Promise<void> {
    await this.#tab.show('console')
  }

  get frame(): Frame {
    if (this.#frame === undefined) throw new Error('The panel has not been shown yet')
    return this.#frame
  }

  /** Types a filter for the circuits. */
  async filter(text: string): Promise<void> {
    await this.frame.focus('[aria-label="Filter circuits"]')
    await this.#tab.devtools.keyboard.down('Control')
    await this.#tab.devtools.keyboard.press('A')
    await this.#tab.devtools.keyboard.up('Control')
    await this.#tab.devtools.keyboard.press('Backspace')
    await this.#tab.devtools.keyboard.type(text)
  }
}
