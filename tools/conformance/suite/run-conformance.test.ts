import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('a case fails for whatever goes wrong in it, and for nothing else', () => {
  const program = fileURLToPath(new URL('./faulty-cases.ts', import.meta.url))
  const output = execFileSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' })
  expect(JSON.parse(output)).toEqual({
    told: [
      'throws: Error: thrown',
      'rejects: Error: rejected',
      'hangs: Error: not done after 50 ms',
      'leaves a rejection: nobody caught: Error: left behind',
      'leaves an error: nobody caught: Error: thrown by nobody',
      'throws no error: text',
      'passes: ok',
    ],
    passed: 1,
    total: 7,
  })
})
