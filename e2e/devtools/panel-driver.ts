import type { Frame } from 'puppeteer-core'
import type { InspectedTab } from './real-devtools.ts'
import { waitUntil } from './wait-until.ts'

/** Reads and operates the panel in the DevTools by roles and names. */
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

  /** The texts of the circuit rows. */
  circuits(): Promise<string[]> {
    return this.#texts('[aria-label=Circuits] [role=option]')
  }

  /** The texts of the visible log entries. */
  log(): Promise<string[]> {
    return this.#texts('[aria-label=Log] [role=option]')
  }

  /** The number of all log entries, also of those that are not rendered. */
  logLength(): Promise<number> {
    return this.frame.evaluate(() => {
      const row = document.querySelector('[aria-label=Log] [role=option]')
      return Number(row?.getAttribute('aria-setsize') ?? 0)
    })
  }

  /** The texts of the rule tree, with the values found. */
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

  /** Waits until the panel contains a text. */
  async waitFor(text: string): Promise<void> {
    await waitUntil(() =>
      this.frame.evaluate(
        (expected) => document.body.textContent?.includes(expected) === true,
        text,
      ),
    )
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

  async select(name: string): Promise<void> {
    await this.#click('[aria-label=Circuits] [role=option]', name)
  }

  async selectEntry(text: string): Promise<void> {
    await this.#click('[aria-label=Log] [role=option]', text)
  }

  /** Presses a button by its accessible name. */
  async press(name: string): Promise<void> {
    await this.#click('button', name)
  }

  async tab(name: string): Promise<void> {
    await this.#click('[role=tab]', name)
  }

  async #click(selector: string, text: string): Promise<void> {
    await waitUntil(() =>
      this.frame.evaluate(
        (css, label) => {
          const found = [...document.querySelectorAll<HTMLElement>(css)].find((element) => {
            const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
            return (
              name.replace(/\s+/g, ' ').includes(label) &&
              !element.matches(':disabled, [aria-disabled=true]')
            )
          })
          found?.click()
          return found !== undefined
        },
        selector,
        text,
      ),
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
