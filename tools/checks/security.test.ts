import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { WebhookListener } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(resolve(root, 'SECURITY.md'), 'utf8')

describe('SECURITY.md', () => {
  const tests = text.slice(text.indexOf('## Tests'))

  test('links to files that exist', () => {
    const paths = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(15)
    expect(paths.filter((path) => !existsSync(resolve(root, path)))).toEqual([])
  })

  test('names tests by a part of their title', () => {
    const named = [...tests.matchAll(/\]\(([^)]+)\): "([^"]+)"/g)]
    expect(named.length).toBeGreaterThan(20)
    const missing = named.filter(
      ([, path = '', title = '']) => !readFileSync(resolve(root, path), 'utf8').includes(title),
    )
    expect(missing.map(([, path, title]) => `${path}: ${title}`)).toEqual([])
  })

  test('names a test for each claim', () => {
    const rows = tests
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| claim'))
    expect(rows.filter((row) => !/\): "/.test(row))).toEqual([])
  })

  test('lists the dependencies of the devtools', () => {
    const manifest = readFileSync(resolve(root, 'devtools/package.json'), 'utf8')
    const words: Record<string, string> = { '@tanstack/react-virtual': 'TanStack Virtual' }
    const names = Object.keys(JSON.parse(manifest).dependencies).map((name) => words[name] ?? name)
    const row = text.split('\n').find((line) => line.startsWith('| installation')) ?? ''
    expect(names.filter((name) => !row.includes(name))).toEqual([])
  })
})

const SECRET = 'hunter2-314159'

test.each<[string, object | string]>([
  ['the URL without a scheme', { url: `user:${SECRET}@ops.example` }],
  ['the URL with a password', { url: `https://user:${SECRET}@ops.example/` }],
  ['another scheme', { url: `ftp://${SECRET}/` }],
  ['headers as text', { url: 'https://ops.example/', headers: `Bearer ${SECRET}` }],
  ['headers in an array', { url: 'https://ops.example/', headers: [`Bearer ${SECRET}`] }],
  ['a header with a line break', { url: 'https://ops.example/', headers: { a: `${SECRET}\nb` } }],
  ['a secret in an object', { url: 'https://ops.example/', secret: { SECRET } }],
  ['attempts', { url: 'https://ops.example/', attempts: SECRET }],
  ['fetch', { url: 'https://ops.example/', fetch: SECRET }],
  ['options as text', `https://${SECRET}/`],
])('WebhookListener quotes no text of an invalid option: %s', (_, options) => {
  let error: unknown
  try {
    new WebhookListener(options as never)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(Error)
  expect(`${error}`).not.toContain(SECRET)
  expect(`${(error as Error).cause}`).not.toContain(SECRET)
})
