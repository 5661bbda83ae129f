import { expect, test } from 'vitest'
import type { Machine } from './machine.ts'
import { ensurePrometheus } from './prometheus.ts'

/** A machine with these files only; apt-get adds `installs`. */
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

test('does not install programs that exist', () => {
  const here = machine(Object.values(both))
  expect(ensurePrometheus(here)).toEqual(both)
  expect(here.log).toEqual([])
})

test("installs Debian's package, which contains both programs", () => {
  const debian = machine(['/usr/bin/apt-get'], Object.values(both))
  expect(ensurePrometheus(debian)).toEqual(both)
  expect(debian.log).toEqual([
    "No prometheus found: installing Debian's prometheus package with apt-get.",
    '/usr/bin/apt-get -o Acquire::Retries=3 update',
    '/usr/bin/apt-get -o Acquire::Retries=3 install -y --no-install-recommends prometheus',
  ])
})

test('the error says in one line what to install, also when one of the two exists', () => {
  expect(() => ensurePrometheus(machine([]))).toThrow(/^No prometheus to test with: [^\n]*$/)
  expect(() => ensurePrometheus(machine([both.prometheus]))).toThrow(
    /^No promtool to test with: install Prometheus[^\n]*$/,
  )
})
