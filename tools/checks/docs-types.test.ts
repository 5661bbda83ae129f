import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { typeErrors } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'
import { publicPackages } from './public-packages.ts'

const root = resolve(import.meta.dirname, '../..')
const pages = publicPackages
  .flatMap((path) => [path, `${path}/docs`])
  .map((folder) => resolve(root, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'))

// One run of the compiler for all pages: a run for each would compile the packages again.
test('the programs of the documentation compile', { timeout: 120_000 }, async () => {
  expect(pages.length).toBeGreaterThan(12)
  const readmes = ['README.md', 'README.ko.md'].map((name) => resolve(root, name))
  expect(await typeErrors([...readmes, ...pages])).toBe('')
})
