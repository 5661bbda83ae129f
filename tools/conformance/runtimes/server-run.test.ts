import { expect, test } from 'vitest'
import { reportMark } from './entries/report-mark.ts'
import { startProcess } from './process.ts'
import { reportIn, reportOf } from './server-run.ts'

const good = { passed: 1, failed: [], total: 1, durationMs: 1 }
const bad = { ...good, passed: 0, failed: [{ section: '1', name: 'one', error: 'no' }] }

const server = (code: string) => startProcess(process.execPath, ['--eval', code])
const reporting = (report: object) =>
  `console.log(${JSON.stringify(reportMark)} + '${JSON.stringify(report)}');`

test('the report is a line among what the cases wrote', () => {
  const line = `${reportMark}${JSON.stringify(good)}`
  expect(reportIn(`circuit opened\n${line}\nlater\n`)).toEqual(good)
  expect(reportIn(`circuit opened\n${line}`)).toBeUndefined() // maybe half of it
  expect(reportIn('')).toBeUndefined()
})

test('a server that reports and ends', async () => {
  expect(await reportOf(server(`console.log('first'); ${reporting(good)}`))).toEqual(good)
})

test('a server that ends without a report has failed', async () => {
  await expect(reportOf(server("console.log('only this')"))).rejects.toThrow(
    "ended without a report: 'only this\n'",
  )
})

test('a server that breaks is an error with its last words', async () => {
  await expect(reportOf(server("throw new Error('broken')"))).rejects.toThrow(/broken/)
})

test('something that keeps the process alive is a failure of its own', async () => {
  const running = server(`${reporting(good)} setInterval(() => {}, 1_000)`)
  await expect(reportOf(running, 100)).rejects.toThrow('has not ended 100 ms later')
  await expect(running.ended).rejects.toThrow('SIGTERM') // it is over all the same
})

test('it is forgiven where a case failed, which may have left it behind', async () => {
  expect(await reportOf(server(`${reporting(bad)} setInterval(() => {}, 1_000)`), 100)).toEqual(bad)
  expect(await reportOf(server(`${reporting(bad)} process.exitCode = 1`))).toEqual(bad)
})

test('an exit code that is not 0 is a failure, whatever the report', async () => {
  await expect(reportOf(server(`${reporting(good)} process.exitCode = 3`))).rejects.toThrow(
    'ended with 3',
  )
})
