import { describe, expect, test } from 'vitest'
import type { InspectedWindow } from './inspected-window.ts'
import { ReconnectingWindow } from './reconnecting-window.ts'

/** A connection with the same answer to each evaluation. */
const answering = (...answer: [result?: unknown, failure?: object]): InspectedWindow => ({
  eval: (_expression, _options, callback) => callback(answer[0], answer[1]),
})

/** A window whose first connections are these; the last one stays. */
function windowOf(...connections: [InspectedWindow, ...InspectedWindow[]]) {
  let connected = 0
  const connect = async () => connections[Math.min(++connected, connections.length - 1)] ?? fail()
  const window = new ReconnectingWindow(connections[0], connect)
  return {
    window,
    connects: () => connected,
    /** Evaluates some times, one after another, and returns the last result. */
    async evaluate(times: number): Promise<unknown> {
      let last: unknown
      for (let evaluation = 0; evaluation < times; evaluation++) {
        last = await new Promise((resolve) => window.eval('1', {}, resolve))
      }
      return last
    },
  }
}

const fail = () => expect.unreachable('there is no such connection')

describe('a window that reconnects', () => {
  test('uses another connection after two evaluations without a result', async () => {
    const { evaluate, connects } = windowOf(answering(), answering('late'))
    expect(await evaluate(2)).toBeUndefined()
    expect(await evaluate(1)).toBe('late')
    expect(connects()).toBe(1)
  })

  test('keeps the connection after a single evaluation without a result', async () => {
    let count = 0
    const { evaluate, connects } = windowOf({
      eval: (_expression, _options, callback) => callback(++count % 2 ? 'fine' : undefined),
    })
    await evaluate(20)
    expect(connects()).toBe(0)
  })

  test('keeps a connection whose evaluations fail', async () => {
    const { evaluate, connects } = windowOf(answering(undefined, { isError: true }))
    await evaluate(20)
    expect(connects()).toBe(0)
  })

  test('reconnects less and less often while that does not help', async () => {
    const { evaluate, connects } = windowOf(answering())
    await evaluate(2 + 4 + 8 + 16)
    expect(connects()).toBe(4)
    await evaluate(31)
    expect(connects()).toBe(4)
    await evaluate(1 + 32)
    expect(connects()).toBe(6)
  })

  test('has getResources only when the browser has it', () => {
    expect(windowOf(answering()).window.getResources).toBeUndefined()
    const resources = [{ url: 'http://localhost/' }]
    const { window } = windowOf({ ...answering(), getResources: (callback) => callback(resources) })
    const received: unknown[] = []
    window.getResources?.((found) => received.push(found))
    expect(received).toEqual([resources])
  })
})
