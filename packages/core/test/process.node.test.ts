import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { describe, expect, test } from 'vitest'

/** Runs a script in a process of its own, bundled so that only the library could keep it alive. */
function run(script: URL) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(script)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  })
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', outputFiles[0]?.text ?? ''],
    { encoding: 'utf8', timeout: TIMEOUT_MS, env: {} },
  )
  return { status, signal, stderr, output: JSON.parse(stdout || 'null') as unknown }
}

// starting Node is slow on a busy machine
const TIMEOUT_MS = 60_000

describe('a process with a breaker', { timeout: TIMEOUT_MS }, () => {
  test('exits while its circuit is open for an hour', () => {
    const ended = run(new URL('./process/open-circuit.ts', import.meta.url))
    expect(ended).toEqual({
      status: 0,
      signal: null,
      stderr: '',
      output: { state: 'open', alive: [] },
    })
  })

  test('has no unhandled rejection when calls, listeners and policies fail', () => {
    const ended = run(new URL('./process/failing-everything.ts', import.meta.url))
    expect(ended).toEqual({
      status: 0,
      signal: null,
      stderr: '',
      output: { calls: 2_800, rejected: 2_800, reportsErrors: true, unhandled: [] },
    })
  })
})
