import { expect, test } from 'vitest'
import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runtimes, selectRuntimes } from './runtimes.ts'

test('lists nine runtimes', () => {
  const names = runtimes.map((runtime) => runtime.name)
  expect(names.join(', ')).toBe(
    'node 20, node 22, node 24, bun, deno, workerd, chromium, firefox, webkit',
  )
})

test('--only selects by name or by the first word of a name', () => {
  const names = (only: string) => selectRuntimes(only, runtimes).map((runtime) => runtime.name)
  expect(names('deno')).toEqual(['deno'])
  expect(names('bun, node')).toEqual(['node 20', 'node 22', 'node 24', 'bun'])
  expect(names('node 22,webkit')).toEqual(['node 22', 'webkit'])
})

test.each(['nodejs', 'node,', 'no', ''])(
  "--only throws for '%s' and lists the runtimes",
  (only) => {
    expect(() => selectRuntimes(only, runtimes)).toThrow(
      /^--only: no runtime '\w*', only node 20, .*, webkit$/,
    )
  },
)

test.each(Object.entries(npmPrograms))(
  'says in one line that %s has no binary for a platform',
  async (name, program) => {
    await expect(ensureNpmProgram(name, program, 'aix-ppc64')).rejects.toThrow(
      new RegExp(`^npm has no ${name} for aix-ppc64, only for linux-x64, [^\\n]*$`),
    )
  },
)
