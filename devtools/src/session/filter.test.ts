import { describe, expect, test } from 'vitest'
import { matches, parseFilter, toggleState } from './filter.ts'

test.each([
  ['', { words: [] }],
  ['  ', { words: [] }],
  ['pay', { words: ['pay'] }],
  ['state:open pay', { states: ['open'], words: ['pay'] }],
  ['PAY State:OPEN eu', { states: ['open'], words: ['pay', 'eu'] }],
  ['state:open,half-open', { states: ['open', 'half_open'], words: [] }],
  ['state:open state:closed', { states: ['open', 'closed'], words: [] }],
  ['state:f', { states: ['forced_open'], words: [] }],
  ['state:half_', { states: ['half_open'], words: [] }],
  ['state:', { words: [] }],
  ['state:nowhere', { states: [], words: [] }],
  ['http://localhost:80', { words: ['http://localhost:80'] }],
  ['.* [', { words: ['.*', '['] }],
])('parses %j', (text, filter) => {
  expect(parseFilter(text)).toEqual(filter)
})

describe('matches', () => {
  test.each([
    ['', true],
    ['pay', true],
    ['PAY ments', true],
    ['pay x', false],
    ['state:open', true],
    ['state:closed', false],
    ['state:closed,open', true],
    ['state:nowhere', false],
  ])('the open circuit Payments with %j: %s', (text, shown) => {
    expect(matches(parseFilter(text), 'Payments', 'open')).toBe(shown)
  })
})

test.each([
  ['', 'state:open'],
  ['pay', 'state:open pay'],
  ['state:open pay', 'pay'],
  ['state:closed', 'state:open state:closed'],
  ['pay STATE:OPEN', 'pay'],
])('toggling the state open changes the filter %j to %j', (before, after) => {
  expect(toggleState(before, 'open')).toBe(after)
})
