import { readFileSync } from 'node:fs'
import { DocsPage } from '@fluxgate/testkit/docs'
import { expect, test } from 'vitest'

const page = new DocsPage(new URL('./recipes.md', import.meta.url))

test('every recipe states its output', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Errors that are answers',
    'SQL',
    'gRPC',
    'A result that is a failure',
    'Deadlines and aborts',
    'One deadline for many calls',
    'A rule that knows the error',
    'Test a rule on real traffic first',
    'Wait for the next probe',
    'Calls inside calls',
    'A circuit for each tenant',
    'A stream, a socket, a job',
    'A method of a class',
    'Vue',
    'Svelte',
    'Solid',
  ])
  expect(page.snippets.filter(({ expected }) => expected.length === 0)).toEqual([])
})

test.each(page.snippets)('$title: the recipe logs what the page says', async (snippet) => {
  expect(await snippet.run()).toEqual(snippet.expected)
})

test.each(['vue', 'svelte', 'solid'])('the recipe for %s is the tested one', (framework) => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const [, tested = ''] = read(`../test/view/${framework}.ts`).split('\n\n', 2)
  expect(tested).toContain('watchCircuit(circuit)')
  expect(read('./recipes.md')).toContain(tested.trim())
})
