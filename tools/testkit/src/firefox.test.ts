import { expect, test } from 'vitest'
import { ensureFirefox } from './firefox.ts'
import type { Machine } from './program.ts'

/** A machine on which only these files are executable. */
const machine = (...files: string[]): Machine => ({
  env: { PATH: '/usr/local/bin:/usr/bin' },
  isExecutable: (path) => files.includes(path),
})

test('prefers the extended support release on the PATH', () => {
  expect(ensureFirefox(machine('/usr/bin/firefox', '/usr/bin/firefox-esr'))).toBe(
    '/usr/bin/firefox-esr',
  )
  expect(ensureFirefox(machine('/usr/bin/firefox'))).toBe('/usr/bin/firefox')
})

test('says in one line how to install Firefox', () => {
  expect(() => ensureFirefox(machine())).toThrow(
    /^Firefox is not installed: install it, as with 'apt-get install firefox-esr'[^\n]*$/,
  )
})
