import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { runProcess, stopProcess, versionIn } from './process.ts'

const run = (code: string, timeoutMs?: number) =>
  runProcess(process.execPath, ['--eval', code], timeoutMs === undefined ? {} : { timeoutMs })

test('what a program wrote, without its complaints', async () => {
  expect(await run("console.log('1'); console.error('warning'); console.log('2')")).toBe('1\n2\n')
})

test('a program that fails is an error with its last words', async () => {
  const failing = run("console.log('here'); console.error('there'); process.exitCode = 3")
  await expect(failing).rejects.toThrow(/ended with 3\n(here\nthere|there\nhere)$/)
})

test('a program that does not end is ended', async () => {
  await expect(run('setInterval(() => {}, 1_000)', 500)).rejects.toThrow(
    'had not ended after 0.5 s',
  )
})

test('a program that is not there is an error', async () => {
  await expect(runProcess('no-such-program', [])).rejects.toThrow('ENOENT')
})

test('a program is stopped once, and may have ended before', async () => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)'])
  await stopProcess(child)
  expect(child.signalCode).toBe('SIGTERM')
  await stopProcess(child)
})

test.each([
  ['v20.20.2', '20.20.2'],
  ['deno 2.9.6 (stable, release, x86_64-unknown-linux-gnu)\nv8 15.1', '2.9.6'],
  ['Chromium 156.0.8078.79 built on Debian GNU/Linux 12', '156.0.8078.79'],
  ['Mozilla Firefox 153.7.0esr', '153.7.0esr'],
  ['workerd 2026-11-17', '2026-11-17'],
])('the version in %j', (text, version) => {
  expect(versionIn(text)).toBe(version)
})

test('a program that gives no version', () => {
  expect(() => versionIn('hello')).toThrow("no version in 'hello'")
})
