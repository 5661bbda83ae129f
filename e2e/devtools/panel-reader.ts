import { waitUntil } from './wait-until.ts'

/** Reads and operates a panel by roles and names, in any browser. */
export abstract class PanelReader {
  /** Calls a function in the document of the panel. */
  abstract evaluate<R>(script: (...args: string[]) => R, ...args: string[]): Promise<Awaited<R>>

  /** The texts of the circuit rows in sight. */
  circuits(): Promise<string[]> {
    return this.#texts('[aria-label=Circuits] [role=option]')
  }

  /** The texts of the visible log entries. */
  log(): Promise<string[]> {
    return this.#texts('[aria-label=Log] [role=option]')
  }

  /** The number of all log entries, also of those that are not rendered. */
  logLength(): Promise<number> {
    return this.evaluate(() => {
      const row = document.querySelector('[aria-label=Log] [role=option]')
      return Number(row?.getAttribute('aria-setsize') ?? 0)
    })
  }

  /** The texts of the rule tree, with the values found. */
  rule(): Promise<string[]> {
    return this.#texts('.rule-tree .rule')
  }

  text(selector: string): Promise<string> {
    return this.evaluate(
      (css = '') => document.querySelector(css)?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
      selector,
    )
  }

  status(): Promise<string> {
    return this.text('.status')
  }

  /** Waits until the panel contains a text. */
  async waitFor(text: string): Promise<void> {
    await waitUntil(() =>
      this.evaluate(
        (expected = '') => document.body.textContent?.includes(expected) === true,
        text,
      ),
    )
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
      this.evaluate(
        (css = '', label = '') => {
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
    return this.evaluate(
      (css = '') =>
        [...document.querySelectorAll(css)].map(
          (element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? '',
        ),
      selector,
    )
  }
}
