import { expect, test } from 'vitest'
import type { Machine } from './program.ts'
import { ensurePrometheus } from './prometheus.ts'

/** A machine on which only these files are executable. */
const machine = (...files: string[]): Machine => ({
  env: { PATH: '/usr/local/bin:/usr/bin' },
  isExecutable: (path) => files.includes(path),
})

const both = { prometheus: '/usr/bin/prometheus', promtool: '/usr/bin/promtool' }

test('finds both programs on the PATH', () => {
  expect(ensurePrometheus(machine(...Object.values(both)))).toEqual(both)
})

test('says in one line which of the two is missing and how to install it', () => {
  expect(() => ensurePrometheus(machine())).toThrow(/^prometheus is not installed: [^\n]*$/)
  expect(() => ensurePrometheus(machine(both.prometheus))).toThrow(
    /^promtool is not installed: install Prometheus[^\n]*$/,
  )
})
