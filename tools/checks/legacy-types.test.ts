import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { publicPackages } from './public-packages.ts'

const root = resolve(import.meta.dirname, '../..')

interface Manifest {
  readonly types?: string
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly exports: Readonly<Record<string, { readonly types: string }>>
}

// TypeScript with `moduleResolution: node10`, as of many CommonJS projects, does not read `exports`.
test.each(publicPackages)('%s has types for projects that ignore its exports', (path) => {
  const text = readFileSync(resolve(root, path, 'package.json'), 'utf8')
  const { types, typesVersions = {}, exports }: Manifest = JSON.parse(text)
  const { '.': main, ...subpaths } = exports
  expect(types).toBe(main?.types)
  expect(typesVersions['*'] ?? {}).toEqual(
    Object.fromEntries(
      Object.entries(subpaths).map(([subpath, { types }]) => [subpath.slice(2), [types]]),
    ),
  )
})
