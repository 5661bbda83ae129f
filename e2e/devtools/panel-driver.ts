import type { Frame } from 'puppeteer-core'
import type { InspectedTab } from './real-devtools.ts'

/** What a test sees of the panel, and what it does there: by roles and names, as people do. */
export class PanelDriver {
  readonly #tab: InspectedTab
  #frame: Frame | undefined

  constructor(tab: InspectedTab) {
    this.#tab = tab
  }

  async show(): Promise<void> {
    await this.#tab.show()
    this.#frame = await this.#tab.panel()
    await this.#frame.waitForSelector('.panel')
  }

  /** A panel that knows nothing, as when it is shown for the first time. */
  async restart(): Promise<void> {
    await this.show()
    await this.frame.evaluate(() => {
      document.body.id = 'old'
      location.reload()
    })
    await this.frame.waitForSelector('body:not(#old) .panel')
  }

  async hide(): Promise<void> {
    await this.#tab.show('console')
  }

  get frame(): Frame {
    if (this.#frame === undefined) throw new Error('The panel has not been shown yet')
    return this.#frame
  }

  /** The circuits, as they are read out. */
  circuits(): Promise<string[]> {
    return this.#texts('[aria-label=Circuits] [role=option]')
  }

  /** The log, as it is read out. */
  log(): Promise<string[]> {
    return this.#texts('[aria-label=Log] [role=option]')
  }

  /** All of the log, also what is not in sight: only the last row tells how long it is. */
  logLength(): Promise<number> {
    return this.frame.evaluate(() => {
      const row = document.querySelector('[aria-label=Log] [role=option]')
      return Number(row?.getAttribute('aria-setsize') ?? 0)
    })
  }

  /** The leaves of the rule tree with what was found. */
  rule(): Promise<string[]> {
    return this.#texts('.rule-tree .rule')
  }

  text(selector: string): Promise<string> {
    return this.frame.evaluate(
      (css) => document.querySelector(css)?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
      selector,
    )
  }

  status(): Promise<string> {
    return this.text('.status')
  }

  /** Waits until a text is anywhere in the panel. */
  async waitFor(text: string): Promise<void> {
    await this.frame.waitForFunction(
      (wanted) => document.body.textContent?.includes(wanted),
      {},
      text,
    )
  }

  /** Filters the circuits as if it had been typed. */
  async filter(text: string): Promise<void> {
    await this.frame.focus('[aria-label="Filter circuits"]')
    await this.#tab.devtools.keyboard.down('Control')
    await this.#tab.devtools.keyboard.press('A')
    await this.#tab.devtools.keyboard.up('Control')
    await this.#tab.devtools.keyboard.press('Backspace')
    await this.#tab.devtools.keyboard.type(text)
  }

  async select(name: string): Promise<void> {
    await this.#click('[aria-label=Circuits] [role=option]', name)
  }

  async selectEntry(text: string): Promise<void> {
    await this.#click('[aria-label=Log] [role=option]', text)
  }

  /** Presses a button by its name, whether that is written or only read out. */
  async press(name: string): Promise<void> {
    await this.#click('button', name)
  }

  async tab(name: string): Promise<void> {
    await this.#click('[role=tab]', name)
  }

  async #click(selector: string, text: string): Promise<void> {
    await this.frame.waitForFunction(
      (css, wanted) => {
        const found = [...document.querySelectorAll<HTMLElement>(css)].find((element) => {
          const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
          return (
            name.replace(/\s+/g, ' ').includes(wanted) &&
            !element.matches(':disabled, [aria-disabled=true]')
          )
        })
        found?.click()
        return found !== undefined
      },
      { timeout: 5_000 },
      selector,
      text,
    )
  }

  #texts(selector: string): Promise<string[]> {
    return this.frame.evaluate(
      (css) =>
        [...document.querySelectorAll(css)].map(
          (element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? '',
        ),
      selector,
    )
  }
}
