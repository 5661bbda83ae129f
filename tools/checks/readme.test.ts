import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as core from '@fluxgate/core'
import * as fetchSubpath from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import { DocsPage } from '@fluxgate/testkit/docs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

/** The cells of every table row, by row. */
function tableRows(page: string): string[][] {
  const rows = page.split('\n').filter((line) => line.startsWith('|') && !/^\|[-:|\s]+$/.test(line))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The rows below the header that compares the peers, down to the next header. */
function comparisonRows(page: string): string[][] {
  const rows = tableRows(page)
  const header = rows.findIndex(([, ...peers]) => peers.join() === 'opossum,cockatiel,Fluxgate')
  return rows.slice(header + 1).filter((cells) => cells.length === 4)
}

const pages = ['README.md', 'README.ko.md']

describe.each(pages)('%s', (file) => {
  const page = read(file)

  test('links to existing files', () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    const paths = targets
      .map(([, link, source]) => (link ?? source ?? '').replace(/#.*/, ''))
      .filter((path) => path !== '' && !/^https?:/.test(path))
    expect(paths.length).toBeGreaterThan(5)
    expect(paths.filter((path) => !existsSync(resolve(root, path)))).toEqual([])
  })

  test('names existing functions in its tables', () => {
    const cells = tableRows(page).flat()
    const names = cells.flatMap((cell) => [...cell.matchAll(/`\.?(\w+)\(\)`/g)])
    const exported = { ...core, ...fetchSubpath, ...testing }
    const has = (name: string) =>
      name in exported || name in core.CircuitBreaker.prototype || name in core.anyError()
    expect(names.map(([, name]) => name ?? '').filter((name) => !has(name))).toEqual([])
  })

  test('names existing npm scripts', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const commands = [
      ...page.matchAll(/npm (?:run )?(start|test\b(?!:)|[a-z]+:[a-z]+|(?<=run )\w+)/g),
    ]
    const names = commands.map(([, name]) => name ?? '')
    expect(names).toEqual(expect.arrayContaining(['start', 'test']))
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })

  test('compares with the tested versions', () => {
    for (const peer of ['opossum', 'cockatiel']) {
      const { version } = JSON.parse(read(`node_modules/${peer}/package.json`))
      const named = [...page.matchAll(new RegExp(`${peer} (\\d+\\.\\d+\\.\\d+)`, 'g'))]
      expect(named.map(([, name]) => name).filter((name) => name !== version)).toEqual([])
    }
  })

  test('quotes ratios of the benchmark', () => {
    const [, node20 = ''] = read('tools/benchmarks/core/results.md').split(/^## /m)
    expect(node20).toMatch(/^Node 20\./)
    const measured = [...node20.matchAll(/^\| .* \| \*\*(.*)\*\* \|/gm)].map(([, ratio]) => ratio)
    const quoted = [...page.matchAll(/^\|.*\| × (\S+) \|$/gm)].map(([, ratio]) => ratio)
    expect(quoted.filter((ratio) => !measured.includes(ratio))).toEqual([])
  })
})

describe('the examples', () => {
  const page = new DocsPage(new URL('../../README.md', import.meta.url))

  beforeAll(() => void vi.stubGlobal('fetch', async () => Response.json([])))
  afterAll(() => void vi.unstubAllGlobals())

  test('type-check', { timeout: 120_000 }, async () => {
    expect(await page.typeErrors()).toBe('')
  })

  test('log what their comments say', async () => {
    expect(page.snippets.flatMap(({ expected }) => expected).length).toBeGreaterThan(0)
    for (const snippet of page.snippets) expect(await snippet.run()).toEqual(snippet.expected)
  })

  test('are the same in both languages', () => {
    const code = (file: string) => read(file).match(/```ts\n[\s\S]*?```/g)
    expect(code('README.ko.md')).toEqual(code('README.md'))
  })
})

test('the comparison quotes the titles of its tests', () => {
  const tests = read('packages/core/test/peers.node.test.ts')
  const titles = [...tests.matchAll(/^ *(?:describe|test)\('(.*)', /gm)].map(([, title]) => title)
  const rows = comparisonRows(read('README.md'))
  expect(rows.length).toBeGreaterThan(0)
  for (const [situation = '', ...behaviour] of rows) {
    const at = titles.indexOf(situation)
    expect(titles.slice(at, at + 4)).toEqual([
      situation,
      ...['opossum', 'cockatiel', 'Fluxgate'].map((peer, nth) => `${peer}: ${behaviour[nth]}`),
    ])
  }
})
