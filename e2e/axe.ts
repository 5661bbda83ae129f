import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type * as axeCore from 'axe-core'

declare global {
  interface Window {
    axe?: typeof axeCore
  }
}

const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** The source of axe. It sets the global `axe` when it runs as a script. */
export const axeSource = readFileSync(path, 'utf8')

/**
 * The violations that axe finds in a page, as `rule: element`, one for each element.
 *
 * Runs axe in the page itself, which takes a fraction of a second. It looks into open shadow roots,
 * and not into iframes.
 *
 * @param selector the part of the page to look at
 */
export async function axeViolations(page: Page, selector = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return page.evaluate(async (css) => {
    if (window.axe === undefined) throw new Error('The page has no axe')
    const { violations } = await window.axe.run(css, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }, selector)
}
