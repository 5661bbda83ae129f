import { expect, test } from 'vitest'
import { selectStacks } from './select.ts'

const all = [{ name: 'express', ci: true }, { name: 'solid' }, { name: 'vue', ci: true }] as const
const names = (selection: Parameters<typeof selectStacks>[0]) =>
  selectStacks(selection, all).map(({ name }) => name)

test('selects all stacks by default', () => {
  expect(names({})).toEqual(['express', 'solid', 'vue'])
})

test('selects by name, in the order of the table', () => {
  expect(names({ only: 'vue, express' })).toEqual(['express', 'vue'])
})

test('selects the part of the continuous integration', () => {
  expect(names({ part: 'ci' })).toEqual(['express', 'vue'])
  expect(names({ part: 'ci', only: 'solid,vue' })).toEqual(['vue'])
})

test('refuses a name or a part that does not exist, and quotes it', () => {
  expect(() => names({ only: 'vue,ember' })).toThrow(
    "--only: no stack 'ember', only express, solid, vue",
  )
  expect(() => names({ part: 'all' })).toThrow("--part must be 'ci', got 'all'")
})
