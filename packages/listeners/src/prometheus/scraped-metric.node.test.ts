import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Reader, seriesLabels } from './scraped-metric.ts'

/** What happened, in order: items that were read, ends of blocks, and other tasks of the process. */
let log: (number | 'block' | 'task')[]
let now: number
let stopped: boolean

beforeEach(() => {
  log = []
  now = 0
  stopped = false
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  stopped = true
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Reads the items, 1 ms each, while another task runs whenever it can. */
async function read(items: readonly number[]): Promise<void> {
  const runNextTask = setImmediate
  runNextTask(function task() {
    if (stopped) return
    log.push('task')
    runNextTask(task)
  })
  await new Reader().each(
    () => items,
    (item) => {
      log.push(item)
      now++
    },
    () => log.push('block'),
  )
  stopped = true
}

describe('a reader', () => {
  test('reads in blocks of 3 ms, and other tasks run after each of several blocks', async () => {
    await read([1, 2, 3, 4, 5, 6, 7])
    expect(log).toEqual([1, 2, 3, 'block', 'task', 4, 5, 6, 'block', 'task', 7, 'block', 'task'])
  })

  test('reads few items in one block, without a further task', async () => {
    await read([1, 2])
    expect(log).toEqual([1, 2, 'block'])
  })

  test('uses a timer where setImmediate is missing', async () => {
    const reading = read([1, 2, 3, 4])
    vi.stubGlobal('setImmediate', undefined)
    await reading
    expect(log.filter((entry) => entry !== 'task')).toEqual([1, 2, 3, 'block', 4, 'block'])
    expect(log).toContain('task')
  })

  test('goes on after a reading that failed', async () => {
    const reader = new Reader()
    const failed = reader.each(
      () => [1],
      () => {
        throw new Error('broken')
      },
    )
    const next = reader.each(
      () => [1],
      (item) => log.push(item),
    )
    await expect(failed).rejects.toThrow('broken')
    await next
    expect(log).toEqual([1])
  })
})

test('series without labels of their own have no comma', () => {
  expect(seriesLabels({})).toStrictEqual({ labels: {}, before: '', after: '' })
})
