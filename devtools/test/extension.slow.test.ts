import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'

const dist = resolve(import.meta.dirname, '../dist')
const { version } = JSON.parse(readFileSync(resolve(dist, '../package.json'), 'utf8'))

const manifestOf = (browser: string) =>
  JSON.parse(readFileSync(join(dist, browser, 'manifest.json'), 'utf8'))

function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((file) => [relative(folder, file), readFileSync(file)]))
}

test('the extension has no permissions, hosts, content scripts or background', () => {
  expect(manifestOf('chromium')).toEqual({
    manifest_version: 3,
    name: 'Fluxgate',
    version,
    description: expect.any(String),
    icons: {
      16: 'icons/16.png',
      32: 'icons/32.png',
      48: 'icons/48.png',
      128: 'icons/128.png',
    },
    devtools_page: 'devtools-page.html',
    minimum_chrome_version: '123',
  })
})

test.each(['chromium', 'firefox'])(
  'the zip for %s contains exactly the files of its folder',
  (browser) => {
    const zip = unzipSync(readFileSync(join(dist, `fluxgate-${browser}-${version}.zip`)))
    const files = filesIn(join(dist, browser))
    expect(Object.keys(zip).sort()).toEqual([...files.keys()].sort())
    for (const [name, content] of files) expect(Buffer.from(zip[name] ?? [])).toEqual(content)
  },
)

test('the panel is at most 150 kB with gzip', () => {
  const files = [...filesIn(join(dist, 'chromium'))].filter(([name]) =>
    /\.(js|css|html)$/.test(name),
  )
  const bytes = files.map(([, content]) => gzipSync(content).length)
  const kB = bytes.reduce((sum, size) => sum + size, 0) / 1_000
  expect(kB).toBeLessThanOrEqual(150)
  // a smaller size means that the build is incomplete
  expect(kB).toBeGreaterThan(60)
})

test('the icons have their declared sizes', () => {
  for (const [size, path] of Object.entries<string>(manifestOf('chromium').icons)) {
    const png = readFileSync(join(dist, 'chromium', path))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([Number(size), Number(size)])
  }
})

test('addons-linter accepts the extension for Firefox', () => {
  const { stdout } = spawnSync(
    'npx',
    ['addons-linter', join(dist, 'firefox'), '--output', 'json'],
    {
      encoding: 'utf8',
    },
  )
  const { errors, notices, warnings } = JSON.parse(stdout)
  expect([errors, notices]).toEqual([[], []])
  // two lines of react-dom that run only for `dangerouslySetInnerHTML`, which the panel does not use
  expect(warnings.map(({ code }: { code: string }) => code)).toEqual([
    'UNSAFE_VAR_ASSIGNMENT',
    'UNSAFE_VAR_ASSIGNMENT',
  ])
  const sources = filesIn(resolve(dist, '../src'))
  const users = [...sources].filter(([, text]) => text.includes('dangerouslySetInnerHTML'))
  expect(users.map(([name]) => name)).toEqual([])
}, 240_000)
