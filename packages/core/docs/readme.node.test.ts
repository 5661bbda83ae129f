import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('../README.md', import.meta.url))

test('the examples type-check', { timeout: 60_000 }, async () => {
  expect(page.snippets).toHaveLength(2)
  expect(await page.typeErrors()).toBe('')
})

test.each(page.snippets)('$title: the example logs what the page says', async (snippet) => {
  expect(snippet.expected).not.toEqual([])
  expect(await snippet.run()).toEqual(snippet.expected)
})
