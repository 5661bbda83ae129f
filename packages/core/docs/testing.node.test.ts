import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('./testing.md', import.meta.url))

test('every example states its output', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'A clock of your own',
    'Fake timers',
    'Any state, manually',
    'A window of your own',
  ])
  expect(page.snippets.filter(({ expected }) => expected.length === 0)).toEqual([])
})

test.each(page.snippets)('$title: the example logs what the page says', async (snippet) => {
  expect(await snippet.run()).toEqual(snippet.expected)
})
