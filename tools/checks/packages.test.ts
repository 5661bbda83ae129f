import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { table } from './import-table.ts'
import { publicPackages } from './public-packages.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

// A package that is missing in one of these lists is not built, checked or released.
test('lists every package of the repository as public', () => {
  const folders = readdirSync(resolve(root, 'packages')).map((folder) => `packages/${folder}`)
  expect([...publicPackages].sort()).toEqual([...folders, 'devtools'].sort())
})

describe.each(publicPackages)('%s', (folder) => {
  const { name, exports, homepage, bugs } = JSON.parse(read(`${folder}/package.json`))

  test('has a row in the table of imports', () => {
    expect(table.map((row) => row.folder)).toContain(`${folder}/src`)
  })

  test('links to its README and to the issues', () => {
    expect(homepage).toBe(`https://github.com/fluxgate/fluxgate/tree/main/${folder}#readme`)
    expect(bugs).toBe('https://github.com/fluxgate/fluxgate/issues')
  })

  test('is released together with the others', () => {
    expect(JSON.parse(read('.changeset/config.json')).fixed.flat()).toContain(name)
  })

  test('resolves to its sources', () => {
    const subpath = Object.keys(exports)[0]?.slice(1) ?? ''
    const { paths } = JSON.parse(read('tsconfig.json')).compilerOptions
    const patterns = Object.keys(paths).map((path) => path.replace('*', ''))
    expect(patterns.some((pattern) => `${name}${subpath}`.startsWith(pattern))).toBe(true)
  })

  test.each([
    'vite.config.ts',
    'tools/conformance/runtimes/project.ts',
    '.github/ISSUE_TEMPLATE/bug.yml',
  ])('is listed in %s', (file) => {
    expect(read(file)).toContain(`'${name}'`)
  })

  test.each(['README.md', 'README.ko.md'])('has a row in %s', (file) => {
    expect(read(file)).toContain(`| [\`${name}\`](${folder}/README.md) |`)
  })
})
