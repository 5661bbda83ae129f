import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { describe, expect, test } from 'vitest'

/** Bundled, so that nothing but the library itself could keep the process alive. */
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
  return { status, signal, stderr, said: JSON.parse(stdout || 'null') as unknown }
}

// Starting Node takes its time on a busy machine.
const TIMEOUT_MS = 60_000

describe('a process with a breaker', { timeout: TIMEOUT_MS }, () => {
  test('ends by itself, at once, with its circuit open for an hour', () => {
    const ended = run(new URL('./process/ends-by-itself.ts', import.meta.url))
    expect(ended).toEqual({
      status: 0,
      signal: null,
      stderr: '',
      said: { state: 'open', alive: [] },
    })
  })

  test('has no unhandled rejection, however many calls, listeners and policies fail', () => {
    const ended = run(new URL('./process/storm.ts', import.meta.url))
    expect(ended).toEqual({
      status: 0,
      signal: null,
      stderr: '',
      said: { calls: 2_800, rejected: 2_800, toldOfErrors: true, unhandled: [] },
    })
  })
})
