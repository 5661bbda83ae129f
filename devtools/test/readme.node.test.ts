import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const folder = resolve(import.meta.dirname, '..')
const text = readFileSync(resolve(folder, 'README.md'), 'utf8')
const page = new DocsPage(new URL('../README.md', import.meta.url))

test('the code of the README runs where it needs no browser', async () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Connect an app',
    'Add the panel to your page',
    'Serve the panel from your application',
    'Exclude it from production',
  ])
  for (const snippet of page.snippets) {
    if (snippet.title !== 'Add the panel to your page') await snippet.load()
  }
}, 30_000)

test('the pictures of the README exist', () => {
  const pictures = [...text.matchAll(/docs\/[\w-]+\.webp/g)].map(([path]) => path)
  expect(new Set(pictures).size).toBe(5)
  expect(pictures.filter((path) => !existsSync(resolve(folder, path)))).toEqual([])
})

test('the commands in the README are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'))
  const named = [...text.matchAll(/npm run (\w+) -w @fluxgate\/devtools/g)].map(([, name]) => name)
  expect(named).toEqual(['budgets'])
  for (const name of named) expect(scripts).toHaveProperty(name ?? '')
})
