import { describe, expect, test } from 'vitest'
import { wireName } from './wire-name.ts'

describe('wireName()', () => {
  test.for([
    'payments',
    'https://api.example:8443',
    '결제 \u{1f525}',
    '{}%\u0000\n',
    'x'.repeat(500),
  ])('keeps %j', (name) => {
    expect(wireName(name)).toBe(name)
  })

  test('cuts a long name, and keeps names with the same beginning apart', () => {
    const names = ['x'.repeat(501), 'x'.repeat(502), `${'x'.repeat(600)}y`, 'x'.repeat(100_000)]
    const wired = names.map(wireName)
    expect(new Set(wired).size).toBe(4)
    for (const name of wired) expect(name).toMatch(/^x{400}#[0-9a-z]{6,14}$/)
    expect(names.map(wireName)).toEqual(wired)
  })

  test('does not cut a surrogate pair in two', () => {
    expect(wireName(`${'x'.repeat(399)}${'\u{1f525}'.repeat(99)}`)).toMatch(/^x{399}#[0-9a-z]+$/)
  })

  test('replaces a lone surrogate, and keeps such names apart', () => {
    const wired = ['a\ud800b', 'a\ud801b', 'a\ufffdb'].map(wireName)
    expect(wired[0]).toMatch(/^a\ufffdb#[0-9a-z]+$/)
    expect(new Set(wired).size).toBe(3)
  })
})
