import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('a case fails for its own error, rejection, timeout or uncaught error', () => {
  const program = fileURLToPath(new URL('./faulty-cases.ts', import.meta.url))
  const output = execFileSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' })
  expect(JSON.parse(output)).toEqual({
    results: [
      'throws: Error: thrown',
      'rejects: Error: rejected',
      'hangs: Error: not settled after 50 ms',
      'leaves a rejection: uncaught: Error: left behind',
      'leaves an error: uncaught: Error: uncaught',
      'throws no error: text',
      'passes: ok',
    ],
    passed: 1,
    total: 7,
  })
})
