import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Document, Page, top } from '../../test/inspected-page.ts'
import { toggle } from '../../test/transport-rig.ts'

let page: Page
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  page.transport.stop()
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('a page that is stopped at a breakpoint', () => {
  test('emits a fault after 2 s, sends no further reads, and accepts the late answer', async () => {
    const document = new Document(top)
    page = new Page(document)
    page.start()
    await pass(600)
    page.window.stall(20_000)
    toggle(document.breaker, 3)
    await pass(300)
    const before = page.window.expressions.length
    await pass(10_000)
    expect(page.session.frames.get('top')?.condition).toMatchObject({ why: 'unresponsive' })
    // one read and one search for frames
    expect(page.window.expressions.length - before).toBeLessThanOrEqual(2)
    await pass(10_000)
    expect(page.session.frames.get('top')).not.toHaveProperty('condition')
    expect(page.session.log).toHaveLength(4)
  })

  test('repeats a read that was not answered for 30 s', async () => {
    page = new Page(new Document(top))
    vi.spyOn(page.window, 'eval').mockImplementationOnce(() => {})
    page.start()
    await pass(31_000)
    expect(page.circuits).toEqual([])
    await pass(2_000)
    expect(page.circuits).toEqual([`top: ${top}`])
  })

  test('polls with one reader after several stops and starts', async () => {
    page = new Page(new Document(top))
    page.window.stall(500)
    for (let i = 0; i < 5; i++) {
      page.start()
      await pass(10)
      page.transport.stop()
    }
    page.start()
    await pass(3_000)
    const reads = () => page.window.expressions.filter((text) => !text.endsWith('.length')).length
    const before = reads()
    await pass(1_000)
    expect(reads() - before).toBe(4)
    expect(page.messages).toHaveLength(1)
  })

  test('fails a command after 5 s', async () => {
    const document = new Document(top)
    page = new Page(document)
    page.start()
    await pass(600)
    page.window.stall(60_000)
    const result = page.transport.command(
      { frame: 'top', epoch: document.hook.epoch, circuit: '1' },
      'trip',
    )
    await pass(5_000)
    expect(await result).toEqual({
      ok: false,
      error: expect.stringMatching(/within 5 s.*may still run/),
    })
  })
})

test('a browser that evaluates nothing does not answer, which is not invalid data', async () => {
  page = new Page(new Document(top))
  page.start()
  await pass(600)
  const read = vi
    .spyOn(page.window, 'eval')
    .mockImplementation((_, __, callback) => callback(undefined))
  await pass(1_000)
  const { frames, invalid } = page.session
  expect(frames.get('top')?.condition).toMatchObject({ why: 'unresponsive' })
  expect(invalid).toBe(0)
  read.mockRestore()
  await pass(1_000)
  expect(page.session.frames.get('top')).not.toHaveProperty('condition')
})

test('bounds the length of an answer inside the page', async () => {
  const document = new Document(top)
  page = new Page(document)
  vi.spyOn(document.hook, 'read').mockReturnValue({
    next: 1,
    now: 0,
    dropped: 0,
    events: Array(30).fill('x'.repeat(1_000_000)),
  })
  const answers: unknown[] = []
  const evaluate = page.window.eval.bind(page.window)
  vi.spyOn(page.window, 'eval').mockImplementation((expression, options, callback) =>
    evaluate(expression, options, (result, failure) => {
      answers.push(result)
      callback(result, failure)
    }),
  )
  page.start()
  await pass(300)
  expect(answers).toContain('too long')
  expect(Math.max(...answers.map((answer) => String(answer).length))).toBeLessThan(100)
  expect(page.session.frames.get('top')?.condition).toMatchObject({ why: 'malformed' })
})
