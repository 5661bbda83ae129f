import { expect, test } from 'vitest'
import { noHook } from '../transports/frame-client.ts'
import { InspectorClient } from './inspector-client.ts'
import { ConnectionClosed, type Evaluator } from './inspector-connection.ts'

const info = JSON.stringify({ pid: 7, script: 'service.ts' })
const read = { epoch: '', cursor: 0, metrics: [] }

/** A process whose evaluations after the first, which asks for its name, end as `next` says. */
function process(next: () => Promise<unknown>): InspectorClient {
  let evaluations = 0
  const evaluator: Evaluator = {
    evaluate: () => (++evaluations === 1 ? Promise.resolve(info) : next()),
    close: () => Promise.resolve(),
  }
  return new InspectorClient(() => Promise.resolve(evaluator))
}

test('an exception of a process that ends is not an answer', async () => {
  const ends = [new Error('a non-error value'), new ConnectionClosed('the inspector is closed')]
  const client = process(() => Promise.reject(ends.shift()))
  expect(await client.read(read)).toBe(noHook)
})

test('an exception of a process that runs on is an error', async () => {
  const answers = [Promise.reject(new Error('broken hook')), Promise.resolve('null')]
  const client = process(() => answers.shift() ?? Promise.resolve('null'))
  await expect(client.read(read)).rejects.toThrow('broken hook')
})
