import { existsSync, readFileSync } from 'node:fs'
import { DocsPage } from '@fluxgate/testkit/docs'
import { describe, expect, test } from 'vitest'

const pages = ['../README.md', './guide.md', './tabs.md'].map(
  (path) => new URL(path, import.meta.url),
)

describe.each(pages.map((url) => ({ url, name: url.pathname.split('/').at(-1) })))(
  '$name',
  ({ url }) => {
    const page = new DocsPage(url)
    const run = page.snippets.filter(({ expected }) => expected.length > 0)

    test('has examples that state their output', () => {
      expect(run.length).toBeGreaterThan(0)
    })

    test.each(run)('the example "$title" logs what its comments show', async (snippet) => {
      expect(await snippet.run()).toEqual(snippet.expected)
    })

    test('links to files that exist', () => {
      const links = readFileSync(url, 'utf8').matchAll(/\]\((?!http)([^)#]+)/g)
      const missing = [...links]
        .map(([, link = '']) => link)
        .filter((link) => !existsSync(new URL(link, url)))
      expect(missing).toEqual([])
    })
  },
)
