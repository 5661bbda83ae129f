import { readFileSync } from 'node:fs'
import * as core from '@fluxgate/core'
import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const file = new URL('./coming-from.md', import.meta.url)
const page = new DocsPage(file)

test('both peers have an example, and they type-check', { timeout: 60_000 }, async () => {
  expect(page.snippets.map(({ title }) => title)).toEqual(['opossum', 'cockatiel'])
  expect(await page.typeErrors()).toBe('')
})

test.each(page.snippets)('$title: logs what the page says', async (snippet) => {
  expect(snippet.expected).not.toEqual([])
  expect(await snippet.run()).toEqual(snippet.expected)
})

/** What stands as code in the right column, called. */
function called(): string[] {
  const rows = readFileSync(file, 'utf8').match(/^\| .* \|$/gm) ?? []
  const code = rows.flatMap((row) => row.split(' | ')[1]?.match(/`[^`]+`/g) ?? [])
  return code.flatMap((text) => text.match(/\w+(?=\()/g) ?? [])
}

test('what the tables call exists', () => {
  const parts = { ...core, guarded: true, isHarmless: true }
  const has = (name: string) =>
    name in parts || name in core.CircuitBreaker.prototype || name in core.anyError()
  expect(called().length).toBeGreaterThan(25)
  expect(called().filter((name) => !has(name))).toEqual([])
})
