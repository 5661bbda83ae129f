import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Rules, rules } from './rules.ts'
import { parseSource } from './source-file.ts'
import { violations } from './violations.ts'

const root = resolve(import.meta.dirname, '../../..')

test('every import of what ships keeps to the rules', () => {
  const files = shippedSources().map((path) =>
    parseSource(path, readFileSync(join(root, path), 'utf8')),
  )
  expect(files.length).toBeGreaterThan(10)
  expect(violations(files, rules)).toEqual([])
})

/** Also files that git does not know yet, but none that it ignores. */
function shippedSources(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const paths = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\n')
  return paths.filter(
    (path) =>
      /^(packages\/[^/]+\/src|devtools\/src|playground\/(src|server))\/.*\.tsx?$/.test(path) &&
      !/\.(test|test-d|contract|spec|config|d)\.tsx?$/.test(path),
  )
}

describe('the rules catch', () => {
  const example: Rules = {
    layers: [
      {
        folder: 'packages/a/src/',
        layers: [
          { name: 'low', files: ['low.ts'] },
          { name: 'middle', files: ['left.ts', 'right/'], apart: true },
          { name: 'high', files: ['high.ts', 'higher.ts'], never: ['low.ts'] },
        ],
      },
    ],
    rooms: { 'node:': ['server/'], zod: ['packages/b/src/parse.ts'] },
    exceptions: {},
    members: { 'chrome.*': ['packages/b/'], 'Math.random': [] },
  }

  const check = (sources: Record<string, string>, exceptions: Rules['exceptions'] = {}) =>
    violations(
      Object.entries(sources).map(([path, text]) => parseSource(path, text)),
      { ...example, exceptions },
    )

  test('all but a named exception, and an exception for nothing', () => {
    const uphill = {
      'packages/a/src/low.ts': "import type { High } from './high.ts'",
      'packages/a/src/high.ts': '',
    }
    const edge = 'packages/a/src/low.ts → ./high.ts'
    expect(check(uphill, { [edge]: 'why' })).toEqual([])
    expect(check({}, { [edge]: 'why' })).toEqual([`exception for nothing: ${edge}`])
  })

  test('nothing, when all is well', () => {
    const found = check({
      'packages/a/src/low.ts': 'export const low = Math.max(1, 2)',
      'packages/a/src/right/one.ts': "import '../low.ts'; import './two.ts'",
      'packages/a/src/right/two.ts': '',
      'packages/a/src/high.ts': "export * from './right/one.ts'; import './higher.ts'",
      'packages/a/src/higher.ts': '// chrome.runtime in a comment, and "node:fs" in a string',
      'packages/b/src/parse.ts':
        "import { z } from 'zod'; import css from './x.css'; chrome.devtools",
      'server/main.ts': "import 'node:fs/promises'",
    })
    expect(found).toEqual([])
  })

  test.each([
    ['import', "import { high } from './high.ts'"],
    ['type import', "import type { High } from './high.ts'"],
    ['re-export', "export { high } from './high.ts'"],
    ['star re-export', "export * from './high.ts'"],
    ['dynamic import', "const high = () => import('./high.ts')"],
    ['type of an import', "export type High = import('./high.ts').High"],
  ])('an uphill %s', (_kind, text) => {
    expect(check({ 'packages/a/src/low.ts': text, 'packages/a/src/high.ts': '' })).toEqual([
      'packages/a/src/low.ts (low) imports packages/a/src/high.ts, which is above it',
    ])
  })

  test('neighbours that are kept apart, and what a layer may not know', () => {
    const found = check({
      'packages/a/src/low.ts': '',
      'packages/a/src/left.ts': "import './right/one.ts'",
      'packages/a/src/right/one.ts': '',
      'packages/a/src/high.ts': "import './low.ts'",
    })
    expect(found).toEqual([
      'packages/a/src/left.ts (middle) imports packages/a/src/right/one.ts, from which it is kept apart',
      'packages/a/src/high.ts (high) imports packages/a/src/low.ts, which it may not know',
    ])
  })

  test('a cycle, once, and also one of types or of a file with itself', () => {
    const found = check({
      'packages/b/src/one.ts': "import './two.ts'",
      'packages/b/src/two.ts': "import type { Three } from './three.ts'",
      'packages/b/src/three.ts': "export * from './one.ts'",
      'packages/b/src/self.ts': "import './self.ts'",
    })
    expect(found).toEqual([
      'cycle: packages/b/src/one.ts → packages/b/src/two.ts → packages/b/src/three.ts → packages/b/src/one.ts',
      'cycle: packages/b/src/self.ts → packages/b/src/self.ts',
    ])
  })

  test('a dependency outside its room, known or unknown', () => {
    const found = check({
      'packages/a/src/low.ts': "import 'node:fs'; import 'lodash'",
      'packages/b/src/other.ts': "import type { ZodType } from 'zod/v4'",
    })
    expect(found).toEqual([
      'packages/a/src/low.ts may not import node:fs',
      'packages/a/src/low.ts may not import lodash',
      'packages/b/src/other.ts may not import zod/v4',
    ])
  })

  test('time, chance and chrome outside their door', () => {
    const found = check({
      'packages/a/src/low.ts': 'export const x = [Math.random(), chrome.devtools]',
    })
    expect(found).toEqual([
      'packages/a/src/low.ts may not use Math.random',
      'packages/a/src/low.ts may not use chrome.devtools',
    ])
  })

  test('a path into another package, a file that is not there, a file without a layer', () => {
    const found = check({
      'packages/b/src/one.ts': "import '../../a/src/low.ts'; import './gone.ts'; import './bare'",
      'packages/a/src/low.ts': '',
      'packages/a/src/new.ts': '',
    })
    expect(found).toEqual([
      'packages/b/src/one.ts imports packages/b/src/gone.ts, which is no source file',
      'packages/b/src/one.ts imports packages/b/src/bare, which is no source file',
      'packages/b/src/one.ts reaches into another package: packages/a/src/low.ts',
      'packages/a/src/new.ts has no layer: name one in e2e/imports/rules.ts',
    ])
  })
})
