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

test('accepts the expected contents', () => {
  expect(faultsOf(packed())).toEqual([])
})

test.each(['src/index.ts', '.env', 'dist/.DS_Store', 'binding.gyp', 'dist/index.ts', 'notes.md'])(
  'reports the unexpected file %s',
  (path) => {
    expect(faultsOf(packed({ [path]: '' }))).toEqual([`${path} must not be published`])
  },
)

test('reports files that were built from a test or from a removed source', () => {
  const files = { 'dist/index.test.js': '', 'dist/old.d.ts': '', 'vendor/x.js': '' }
  expect(faultsOf(packed(files))).toEqual(Object.keys(files).map((path) => `${path} has no source`))
})

test.each(['preinstall', 'install', 'postinstall', 'prepare'])(
  'reports the install script %s',
  (script) => {
    const scripts = { [script]: 'node x.js' }
    expect(faultsOf(packed({}, { scripts }))).toEqual([`package.json has the script '${script}'`])
  },
)

test('reports dependencies that are not allowed', () => {
  const manifest = {
    dependencies: { a: '1' },
    optionalDependencies: { b: '1' },
    bundleDependencies: ['c'],
    peerDependencies: { react: '^19' },
    devDependencies: { d: '1' },
  }
  expect(faultsOf(packed({}, manifest))).toHaveLength(3)
  expect(faultsOf({ ...packed({}, manifest), dependencies: ['a'] })).toHaveLength(2)
})

test('reports missing files', () => {
  const { files, ...rest } = packed()
  const withoutLicense = new Map([...files].filter(([path]) => path !== 'LICENSE'))
  expect(faultsOf({ ...rest, files: withoutLicense, extras: ['rules.yml'] })).toEqual([
    'LICENSE is missing',
    'rules.yml is missing',
  ])
})

test('reports source maps that are missing, incomplete or name unknown sources', () => {
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
    'dist/index.js.map names ../../../home/me/x.ts, which is not a source of the package',
    'dist/index.js.map names ../src/view.tsx without its content',
    'dist/view.js: its source map view.js.map is missing',
  ])
})
