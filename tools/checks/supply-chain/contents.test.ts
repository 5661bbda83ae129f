import { expect, test } from 'vitest'
import { faultsOf, type PackedPackage } from './contents.ts'

const map = JSON.stringify({ sources: ['../src/index.ts'], sourcesContent: ['export {}'] })

function packed(more: Record<string, string> = {}, manifest: object = {}): PackedPackage {
  return {
    manifest: { name: 'x', scripts: { build: 'vite build' }, ...manifest },
    sources: new Set(['src/index.ts', 'src/view.tsx']),
    files: new Map(
      Object.entries({
        'package.json': '{}',
        'README.md': '# x',
        LICENSE: 'MIT',
        'dist/index.js': 'export {}\n//# sourceMappingURL=index.js.map',
        'dist/index.js.map': map,
        'dist/index.d.ts': 'export {}',
        'dist/view.js': 'export {}',
        ...more,
      }),
    ),
  }
}

test('a package as it should be has no fault', () => {
  expect(faultsOf(packed())).toEqual([])
})

test.each(['src/index.ts', '.env', 'dist/.DS_Store', 'binding.gyp', 'dist/index.ts', 'notes.md'])(
  'a stranger: %s',
  (path) => {
    expect(faultsOf(packed({ [path]: '' }))).toEqual([`${path} should not be in it`])
  },
)

test('what was built from a test, or from what is no more', () => {
  const files = { 'dist/index.test.js': '', 'dist/old.d.ts': '', 'vendor/x.js': '' }
  expect(faultsOf(packed(files))).toEqual(
    Object.keys(files).map((path) => `${path} is built from no source`),
  )
})

test.each(['preinstall', 'install', 'postinstall', 'prepare'])('a script for %s', (script) => {
  const scripts = { [script]: 'node x.js' }
  expect(faultsOf(packed({}, { scripts }))).toEqual([`package.json has the script '${script}'`])
})

test('a dependency, of any kind that is installed with it', () => {
  const manifest = {
    dependencies: { a: '1' },
    optionalDependencies: { b: '1' },
    bundleDependencies: ['c'],
    peerDependencies: { react: '^19' },
    devDependencies: { d: '1' },
  }
  expect(faultsOf(packed({}, manifest))).toHaveLength(3)
})

test('what is missing', () => {
  const { files, ...rest } = packed()
  const some = new Map([...files].filter(([path]) => path !== 'LICENSE'))
  expect(faultsOf({ ...rest, files: some, extras: ['rules.yml'] })).toEqual([
    'LICENSE is missing',
    'rules.yml is missing',
  ])
})

test('a map that leads nowhere, is absent, or is empty', () => {
  const faults = faultsOf(
    packed({
      'dist/index.js.map': JSON.stringify({
        sources: ['../../../home/me/x.ts', '../src/index.ts', '../src/view.tsx'],
        sourcesContent: ['', 'export {}', null],
      }),
      'dist/view.js': '//# sourceMappingURL=view.js.map',
    }),
  )
  expect(faults).toEqual([
    'dist/index.js.map points to ../../../home/me/x.ts, which is none of its sources',
    'dist/index.js.map points to ../src/view.tsx and does not hold it',
    'dist/view.js: its map view.js.map is absent',
  ])
})
