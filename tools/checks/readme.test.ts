import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as core from '@fluxgate/core'
import * as fetchSubpath from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import * as view from '@fluxgate/core/view'
import { DocsPage } from '@fluxgate/testkit/docs'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

/** The cells of the table under a heading, without its head. */
function table(page: string, heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The id that GitHub gives a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const pages = [
  { file: 'README.md', parts: 'What it is made of', differences: 'How it differs' },
  { file: 'README.ko.md', parts: '구성 요소', differences: '다른 라이브러리와의 차이' },
]

describe.each(pages)('$file', ({ file, parts, differences }) => {
  const page = read(file)

  test('links to files and headings that exist', () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)]
    const links = targets.map(([, link, picture]) => link ?? picture ?? '')
    const exists = (link: string) => {
      const [path = '', heading] = link.split('#')
      const target = path === '' ? file : path
      if (!existsSync(resolve(root, target))) return false
      if (heading === undefined) return true
      const headings = [...read(target).matchAll(/^#+ (.*)$/gm)]
      return headings.some(([, text = '']) => anchor(text) === heading)
    }
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter((link) => !exists(link))).toEqual([])
  })

  test('names the parts that exist', () => {
    const names = table(page, parts)
      .flatMap((cells) => [...(cells[2] ?? '').matchAll(/`\.?(\w+)(?:\(\))?`/g)])
      .map(([, name]) => name ?? '')
    const exported = { ...core, ...fetchSubpath, ...testing, ...view }
    const has = (name: string) =>
      name in exported || name in core.CircuitBreaker.prototype || name in core.anyError()
    expect(names.length).toBeGreaterThan(35)
    expect(names.filter((name) => !has(name))).toEqual([])
    // the other way round: helpers and errors have their place in the text
    const unnamed = Object.keys(exported).filter((name) => !names.includes(name))
    expect(unnamed.sort()).toEqual([
      'CallNotPermittedError',
      'CircuitBreaker',
      'HttpStatusError',
      'TimeoutError',
      'formatSignal',
      'rejectionOf',
      'retryAfterMs',
      'untilRetryMs',
    ])
  })

  test('its two commands are scripts', () => {
    const { scripts } = JSON.parse(read('package.json'))
    for (const [command, script] of [
      ['npm ci && npm start', 'start'],
      ['npm ci && npm test', 'test'],
    ]) {
      expect(page).toContain(`\n${command}\n`)
      expect(scripts).toHaveProperty(script ?? '')
    }
  })

  test('it compares with the versions that are tested', () => {
    for (const peer of ['opossum', 'cockatiel']) {
      expect(page).toContain(
        `${peer} ${JSON.parse(read(`node_modules/${peer}/package.json`)).version}`,
      )
    }
    expect(table(page, differences)).toHaveLength(14)
  })
})

test.each(pages)('the ratios of $file are those of the benchmark', ({ file }) => {
  const [, node20 = ''] = read('tools/benchmarks/core/results.md').split(/^## /m)
  expect(node20).toMatch(/^Node 20\./)
  const measured = [
    ['a successful call', 'fluxgate call / hand-written minimum'],
    ['a successful call', 'fluxgate call / opossum, timeout off'],
    ['a successful call', 'fluxgate call / cockatiel CountBreaker(100)'],
    ['a rejected call', 'fluxgate call / cockatiel CountBreaker(100)'],
    ['10,000 circuits in turn', 'fluxgate call / cockatiel CountBreaker(100)'],
  ].map(([subject, goal]) => {
    const section = node20.split(/^### /m).find((text) => text.startsWith(`${subject}\n`)) ?? ''
    const row = section.split('\n').find((line) => line.startsWith(`| ${goal} |`)) ?? ''
    return row.match(/\*\*(.*)\*\*/)?.[1]
  })
  const quoted = [...read(file).matchAll(/^\|.*\| × (\S+) \|$/gm)].map(([, ratio]) => ratio)
  expect(quoted).toEqual(measured)
})

describe('the examples', () => {
  const page = new DocsPage(new URL('../../README.md', import.meta.url))

  test('log what they say, without a network', async () => {
    expect(page.snippets.map(({ expected }) => expected.length)).toEqual([2, 2, 1, 0])
    for (const snippet of page.snippets.slice(0, 3)) {
      expect(await snippet.run()).toEqual(snippet.expected)
    }
  })

  test('print the rule tree that is shown', async () => {
    const [, , shown] = read('README.md').match(/It prints:\n\n(```text\n([\s\S]*?)```)/) ?? []
    expect(await page.snippets[3]?.run()).toEqual([shown])
  })

  test('are the same in both languages', () => {
    const code = (file: string) => read(file).match(/```(ts|text)\n[\s\S]*?```/g)
    expect(code('README.ko.md')).toEqual(code('README.md'))
  })
})

test('how it differs is, word for word, what the tests are called', () => {
  const tests = read('packages/core/test/peers.node.test.ts')
  const quoted = [...tests.matchAll(/^ *(describe|test)\('(.*)', /gm)].map(([, , title]) => title)
  const [, ...titles] = quoted // the first one is about versions
  const rows = table(read('README.md'), 'How it differs').flatMap(
    ([happens, opossum, cockatiel, fluxgate]) => [
      happens,
      `opossum: ${opossum}`,
      `cockatiel: ${cockatiel}`,
      `Fluxgate: ${fluxgate}`,
    ],
  )
  expect(rows).toEqual(titles)
})
