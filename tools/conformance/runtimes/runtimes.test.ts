import { expect, test } from 'vitest'
import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { chosen, runtimes } from './runtimes.ts'

test('everywhere is nine places', () => {
  const names = runtimes.map((runtime) => runtime.name)
  expect(names.join(', ')).toBe(
    'node 20, node 22, node 24, bun, deno, workerd, chromium, firefox, webkit',
  )
})

test('--only takes names, and a word for all that begin with it', () => {
  const names = (only: string) => chosen(only, runtimes).map((runtime) => runtime.name)
  expect(names('deno')).toEqual(['deno'])
  expect(names('bun, node')).toEqual(['node 20', 'node 22', 'node 24', 'bun'])
  expect(names('node 22,webkit')).toEqual(['node 22', 'webkit'])
})

test.each(['nodejs', 'node,', 'no', ''])("--only refuses '%s' and says what there is", (only) => {
  expect(() => chosen(only, runtimes)).toThrow(
    /^--only: no runtime '\w*', only node 20, .*, webkit$/,
  )
})

test.each(Object.entries(npmPrograms))(
  '%s on another platform: one line',
  async (name, program) => {
    await expect(ensureNpmProgram(name, program, 'aix-ppc64')).rejects.toThrow(
      new RegExp(`^No ${name} for aix-ppc64 on npm: only for linux-x64, [^\\n]*$`),
    )
  },
)
