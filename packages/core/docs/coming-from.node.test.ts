import { readFileSync } from 'node:fs'
import * as core from '@fluxgate/core'
import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const file = new URL('./coming-from.md', import.meta.url)
const page = new DocsPage(file)

test('each library has an example', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'opossum',
    'cockatiel',
    'resilience4j',
    "Python's fluxgate",
  ])
})

test.each(page.snippets)('$title: the example logs what the page says', async (snippet) => {
  expect(snippet.expected).not.toEqual([])
  expect(await snippet.run()).toEqual(snippet.expected)
})

/** The names of the functions that the right column calls. */
function calledFunctions(): string[] {
  const rows = readFileSync(file, 'utf8').match(/^\| .* \|$/gm) ?? []
  const code = rows.flatMap((row) => row.split(' | ')[1]?.match(/`[^`]+`/g) ?? [])
  return code.flatMap((text) => text.match(/\w+(?=\()/g) ?? [])
}

test('every function that the tables call exists', () => {
  const known = { ...core, guarded: true, isHarmless: true, enable: true, check: true }
  const exists = (name: string) =>
    name in known ||
    name in core.CircuitBreaker.prototype ||
    name in core.CircuitRegistry.prototype ||
    name in core.anyError()
  expect(calledFunctions().length).toBeGreaterThan(25)
  expect(calledFunctions().filter((name) => !exists(name))).toEqual([])
})
