import { DocsPage } from '@fluxgate/testkit/docs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const page = new DocsPage(new URL('./fetch.md', import.meta.url))

beforeAll(() => {
  vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
    const { host } = new URL(new Request(...args).url)
    const status = host === 'up.example' ? 200 : 503
    return Response.json({ items: ['a', 'b'] }, { status })
  })
})
afterAll(() => void vi.unstubAllGlobals())

test('every client has a snippet, and every snippet states its output', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Use',
    'A circuit per service, a fallback, the list of all',
    'ky',
    'axios',
    'openapi-fetch',
    'TanStack Query',
    'OpenAI and Anthropic',
    'A response instead of a rejection',
  ])
  expect(page.snippets.filter(({ expected }) => expected.length === 0)).toEqual([])
})

test.each(page.snippets)('$title: the snippet logs what the page says', async (snippet) => {
  expect(await snippet.run()).toEqual(snippet.expected)
})
