import { expect, test } from 'vitest'
import { reportIn } from './server-run.ts'

test('the report is found among what the cases wrote', () => {
  const output = 'circuit opened\nfluxgate-report:{"passed":1,"failed":[],"total":1}\nlater\n'
  expect(reportIn(output)).toEqual({ passed: 1, failed: [], total: 1 })
})

test('a program that ends without one has failed', () => {
  expect(() => reportIn('only this\n')).toThrow("ended without a report: 'only this\n'")
})
