import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folders = 'packages|devtools|playground|e2e|tools|\\.github|\\.changeset'

/** Paths from the root, in code spans and links. Patterns (`*`) and placeholders (`NAME`) are no paths. */
function namedPaths(file: string): string[] {
  const text = readFileSync(resolve(root, file), 'utf8')
  const paths = [...text.matchAll(new RegExp(`[\`(]((?:${folders})/[^\`)#\\s]*)`, 'g'))]
  return paths.map(([, path = '']) => path).filter((path) => !/[*…]|NAME|packages\/vue/.test(path))
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names files that exist', (file) => {
  const paths = namedPaths(file)
  expect(paths.length).toBeGreaterThan(15)
  expect(paths.filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})

test('CONTRIBUTING.md names npm scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
  const text = readFileSync(resolve(root, 'CONTRIBUTING.md'), 'utf8')
  const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
