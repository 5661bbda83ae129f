import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('../README.md', import.meta.url))

test('the example type-checks', { timeout: 60_000 }, async () => {
  expect(page.snippets).toHaveLength(1)
  expect(await page.typeErrors()).toBe('')
})

test.each(page.snippets)('the example logs what the page says', async (snippet) => {
  expect(snippet.expected).toHaveLength(1)
  expect(await snippet.run()).toEqual(snippet.expected)
})
