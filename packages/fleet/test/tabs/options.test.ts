import { expect, test } from 'vitest'
import { tabFleet } from '../../src/tabs/index.ts'

test.each<[unknown, string]>([
  [null, 'tabFleet: options must be an object, got null'],
  ['shop', 'tabFleet: options must be an object, got "string"'],
  [{ prefx: 'shop' }, 'tabFleet: each option must be one of prefix, clock, scope, got "prefx"'],
  [{ prefix: '' }, 'tabFleet: prefix must be a non-empty string, got ""'],
  [{ prefix: 7 }, 'tabFleet: prefix must be a non-empty string, got 7'],
  [{ clock: Date }, 'tabFleet: clock must be an object with now() and timestamp(), got function'],
  [{ scope: null }, 'tabFleet: scope must be an object, got null'],
])('refuses the options %j', (options, message) => {
  expect(() => tabFleet(options as never)).toThrow(message)
})

test('takes options that are undefined as their defaults', () => {
  const options = { prefix: undefined, clock: undefined, scope: undefined }
  expect(() => tabFleet(options).move('payments', 'closed')).not.toThrow()
})

test.each<[unknown, unknown, string]>([
  ['', 'closed', 'move: name must be a non-empty string, got ""'],
  [
    'payments',
    'open',
    'move: state must be one of closed, forced_open, disabled, metrics_only, got "open"',
  ],
])('refuses to move %j to %j', (name, state, message) => {
  expect(() => tabFleet().move(name as never, state as never)).toThrow(message)
})
