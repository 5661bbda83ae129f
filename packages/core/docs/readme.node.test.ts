import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('../README.md', import.meta.url))

test('there are two examples', () => {
  expect(page.snippets).toHaveLength(2)
})

test.each(page.snippets)('$title: the example logs what the page says', async (snippet) => {
  expect(snippet.expected).not.toEqual([])
  expect(await snippet.run()).toEqual(snippet.expected)
})
