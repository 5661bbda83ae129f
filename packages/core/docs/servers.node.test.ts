import { DocsPage } from '@fluxgate/testkit/docs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const page = new DocsPage(new URL('./servers.md', import.meta.url))

// Express logs each error
beforeAll(() => void vi.spyOn(console, 'error').mockReturnValue())
afterAll(() => void vi.restoreAllMocks())

test('every example states its output', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Express and Koa',
    'Fastify',
    'node:http and others',
    'Next.js',
    'Health page and readiness',
    'Survive a restart',
    'Several instances',
  ])
  expect(page.snippets.filter(({ expected }) => expected.length === 0)).toEqual([])
})

test.each(page.snippets)('$title: the example logs what the page says', async (snippet) => {
  expect(await snippet.run()).toEqual(snippet.expected)
})
