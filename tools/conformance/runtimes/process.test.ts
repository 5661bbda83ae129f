import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { runProcess, stopProcess, versionIn } from './process.ts'

const run = (code: string, timeoutMs?: number) =>
  runProcess(process.execPath, ['--eval', code], timeoutMs === undefined ? {} : { timeoutMs })

test('resolves with the standard output', async () => {
  expect(await run("console.log('1'); console.error('warning'); console.log('2')")).toBe('1\n2\n')
})

test('rejects with the last lines when the program fails', async () => {
  const failing = run("console.log('here'); console.error('there'); process.exitCode = 3")
  await expect(failing).rejects.toThrow(/ended with 3\n(here\nthere|there\nhere)$/)
})

test('kills a program that takes too long', async () => {
  await expect(run('setInterval(() => {}, 1_000)', 500)).rejects.toThrow('did not end within 0.5 s')
})

test('rejects when the program does not exist', async () => {
  await expect(runProcess('no-such-program', [])).rejects.toThrow('ENOENT')
})

test('stops a program, and does nothing when it has ended', async () => {
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
])('reads the version in %j', (text, version) => {
  expect(versionIn(text)).toBe(version)
})

test('throws for a text without a version', () => {
  expect(() => versionIn('hello')).toThrow("no version in 'hello'")
})
