import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('redis.md', import.meta.url))

// docs-types.test.ts of the tools compiles them
test('the page has a program for each client', () => {
  expect(page.snippets).toHaveLength(2)
})
