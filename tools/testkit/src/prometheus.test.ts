import { expect, test } from 'vitest'
import type { Machine } from './machine.ts'
import { ensurePrometheus } from './prometheus.ts'

/** A machine with nothing but these files; `installs` is what apt-get would put there. */
function machine(files: string[], installs: string[] = []): Machine & { log: string[] } {
  const present = new Set(files)
  const log: string[] = []
  return {
    log,
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isRoot: true,
    isExecutable: (path) => present.has(path),
    run(command, args) {
      log.push([command, ...args].join(' '))
      if (args.includes('install')) for (const path of installs) present.add(path)
      return true
    },
    say: (line) => log.push(line),
  }
}

const both = { prometheus: '/usr/bin/prometheus', promtool: '/usr/bin/promtool' }

test('what is there is not installed again', () => {
  const here = machine(Object.values(both))
  expect(ensurePrometheus(here)).toEqual(both)
  expect(here.log).toEqual([])
})

test("installs Debian's package, which has both", () => {
  const debian = machine(['/usr/bin/apt-get'], Object.values(both))
  expect(ensurePrometheus(debian)).toEqual(both)
  expect(debian.log).toEqual([
    "No prometheus found: installing Debian's prometheus package with apt-get.",
    '/usr/bin/apt-get -o Acquire::Retries=3 update',
    '/usr/bin/apt-get -o Acquire::Retries=3 install -y --no-install-recommends prometheus',
  ])
})

test('one line says what to install, also when only one of the two is there', () => {
  expect(() => ensurePrometheus(machine([]))).toThrow(/^No prometheus to test with: [^\n]*$/)
  expect(() => ensurePrometheus(machine([both.prometheus]))).toThrow(
    /^No promtool to test with: install Prometheus[^\n]*$/,
  )
})
