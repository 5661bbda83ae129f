import { afterEach, expect, test, vi } from 'vitest'
import { noAnswer, noHook } from '../transports/frame-client.ts'
import { InspectorClient } from './inspector-client.ts'
import { ConnectionClosed, type Evaluator } from './inspector-connection.ts'

const info = JSON.stringify({ pid: 7, script: 'service.ts' })
const read = { epoch: '', cursor: 0, metrics: [] }

/** A process. The first evaluation returns its name; `next` settles the later ones. */
function process(next: () => Promise<unknown>): InspectorClient {
  let evaluations = 0
  const evaluator: Evaluator = {
    evaluate: () => (++evaluations === 1 ? Promise.resolve(info) : next()),
    close: () => Promise.resolve(),
  }
  return new InspectorClient(() => Promise.resolve(evaluator))
}

test.each<[string, Error]>([
  ['closes the connection', new ConnectionClosed('the inspector is closed')],
  ['interrupts all code', new Error('a non-error value')],
])('an exception of a process that ends and %s is not an answer', async (_, end) => {
  const ends = [new Error('a non-error value'), end]
  const client = process(() => Promise.reject(ends.shift()))
  expect(await client.read(read)).toBe(noHook)
})

test('rejects with the exception of a process that continues to run', async () => {
  const answers = [Promise.reject(new Error('broken hook')), Promise.resolve('null')]
  const client = process(() => answers.shift() ?? Promise.resolve('null'))
  await expect(client.read(read)).rejects.toThrow('broken hook')
})

afterEach(() => {
  vi.useRealTimers()
})

test('sends a busy process one read at a time, and reads again when it has answered', async () => {
  vi.useFakeTimers()
  const answers: ((answer: string) => void)[] = []
  const client = process(() => new Promise((resolve) => answers.push(resolve)))
  for (let round = 0; round < 3; round++) {
    const answer = client.read(read)
    await vi.advanceTimersByTimeAsync(2_500)
    expect(await answer).toBe(noAnswer)
  }
  expect(answers).toHaveLength(1)
  answers[0]?.('old')
  const [first, second] = [client.read(read), client.read(read)]
  await vi.advanceTimersByTimeAsync(100)
  expect(answers).toHaveLength(2)
  answers[1]?.('first')
  expect(await first).toBe('first')
  await vi.advanceTimersByTimeAsync(100)
  answers[2]?.('second')
  expect(await second).toBe('second')
  expect(vi.getTimerCount()).toBe(0)
})

test('fails a command that a busy process does not answer within 5 s', async () => {
  vi.useFakeTimers()
  const client = process(() => new Promise(() => {}))
  const result = client.command('', { circuit: '1', action: 'reset' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(JSON.parse(await result)).toEqual({
    ok: false,
    error: 'no answer; the command may still run',
  })
})
