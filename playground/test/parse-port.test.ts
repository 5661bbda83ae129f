import { expect, test } from 'vitest'
import { parsePort } from '../server/parse-port.ts'

test('returns the port, by default 0 (any that is free)', () => {
  expect([undefined, '0', '65532'].map((text) => parsePort(text))).toEqual([0, 0, 65_532])
})

for (const text of ['http', '70000', '65533', '-1', '1.5', '']) {
  test(`rejects the port ${JSON.stringify(text)}`, () => {
    expect(() => parsePort(text)).toThrow(
      new RangeError(
        `PORT must be a whole number from 0 (any that is free) to 65532, not "${text}"`,
      ),
    )
  })
}
