import { readFileSync } from 'node:fs'
import { states } from '@fluxgate/testkit/subject-rig'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test.each(states)('the page has a colour for %s', (state) => {
  expect(read('src/styles/tokens.css')).toMatch(
    new RegExp(`\\[data-state="${state}"\\] \\{\\s+--state: var\\(--[a-z-]+\\);`),
  )
})

test.each(states)('the picture of the states shows %s', (state) => {
  expect(read('pictures/states.svg')).toContain(`>${state}</text>`)
})
