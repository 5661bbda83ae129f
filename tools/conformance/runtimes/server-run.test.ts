import { expect, test } from 'vitest'
import { reportMark } from './entries/report-mark.ts'
import { startProcess } from './process.ts'
import { reportIn, reportOf } from './server-run.ts'

const good = { passed: 1, failed: [], total: 1, durationMs: 1 }
const bad = { ...good, passed: 0, failed: [{ section: '1', name: 'one', error: 'no' }] }

const server = (code: string) => startProcess(process.execPath, ['--eval', code])
const reporting = (report: object) =>
  `console.log(${JSON.stringify(reportMark)} + '${JSON.stringify(report)}');`

test('finds the complete line of the report in the output', () => {
  const line = `${reportMark}${JSON.stringify(good)}`
  expect(reportIn(`circuit opened\n${line}\nlater\n`)).toEqual(good)
  expect(reportIn(`circuit opened\n${line}`)).toBeUndefined() // the line may be incomplete
  expect(reportIn('')).toBeUndefined()
})

test('resolves with the report when the process ends', async () => {
  expect(await reportOf(server(`console.log('first'); ${reporting(good)}`))).toEqual(good)
})

test('rejects when the process ends without a report', async () => {
  await expect(reportOf(server("console.log('only this')"))).rejects.toThrow(
    "ended without a report: 'only this\n'",
  )
})

test('rejects with the last lines when the process crashes', async () => {
  await expect(reportOf(server("throw new Error('broken')"))).rejects.toThrow(/broken/)
})

test('rejects when the process does not end after a passing report', async () => {
  const running = server(`${reporting(good)} setInterval(() => {}, 1_000)`)
  await expect(reportOf(running, 100)).rejects.toThrow('did not end within 100 ms')
  await expect(running.ended).rejects.toThrow('SIGTERM') // it is stopped
})

test('accepts a process that does not end after a failing report', async () => {
  expect(await reportOf(server(`${reporting(bad)} setInterval(() => {}, 1_000)`), 100)).toEqual(bad)
  expect(await reportOf(server(`${reporting(bad)} process.exitCode = 1`))).toEqual(bad)
})

test('rejects for an exit code other than 0', async () => {
  await expect(reportOf(server(`${reporting(good)} process.exitCode = 3`))).rejects.toThrow(
    'ended with 3',
  )
})
