import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { allStates } from '../../session/severity.ts'
import { palettes } from './palette.ts'
import { paletteRule } from './palette-rule.ts'

const panel = resolve(import.meta.dirname, '..')

test('defines every custom property that the style sheets of the panel use', () => {
  const sheets = readdirSync(panel, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css'))
    .map((file) => readFileSync(join(panel, file), 'utf8'))
  const used = new Set(sheets.join('').match(/(?<=var\()--[\w-]+/g))
  const defined = new Set(paletteRule('light', palettes.light).match(/--[\w-]+(?=:)/g))
  expect(used.size).toBeGreaterThan(10)
  expect([...used].filter((name) => !defined.has(name))).toEqual([])
})

test.each(allStates)('the style sheet of the panel has the colour of %s', (state) => {
  const sheet = readFileSync(join(panel, 'app/panel.css'), 'utf8')
  expect(sheet).toContain(`\n[data-state="${state}"] {\n  color: var(--state-${state});`)
})
