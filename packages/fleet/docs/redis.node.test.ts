import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('redis.md', import.meta.url))

test('the programs of the page compile with both clients', async () => {
  expect(page.snippets).toHaveLength(2)
  expect(await page.typeErrors()).toBe('')
})
