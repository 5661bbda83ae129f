import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Document, far, near, Page, top } from '../../test/inspected-page.ts'
import { toggle } from '../../test/transport-rig.ts'
import { evalTransport } from './eval-transport.ts'
import type { TransportMessage } from './transport.ts'

let page: Page
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  page.transport.stop()
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('FrameFinder', () => {
  test('reads every frame once, including a cross-origin one', async () => {
    const documents = [new Document(top), new Document(near), new Document(far)] as const
    page = new Page(...documents)
    page.start()
    await pass(600)
    expect(page.circuits).toEqual([`top: ${top}`, `${near}: ${near}`, `${far}: ${far}`])
    toggle(documents[2].breaker, 3)
    await pass(600)
    expect([...page.session.circuits.values()].map(({ events }) => events.length)).toEqual([
      1, 1, 4,
    ])
    expect(page.session.frames.get(far)?.url).toBe(far)
  })

  test('follows frames that are added and removed', async () => {
    const first = new Document(top)
    page = new Page(first)
    page.start()
    await pass(600)
    page.show(first, new Document(near))
    await pass(3_000)
    expect(page.circuits).toEqual([`top: ${top}`, `${near}: ${near}`])
    page.show(first)
    await pass(3_000)
    expect(page.circuits).toEqual([`top: ${top}`])
    expect([...page.session.frames.keys()]).toEqual(['top'])
  })

  test('reads and commands each of several frames with one URL, even the URL of the page', async () => {
    const documents = [top, near, near, top].map((url) => new Document(url))
    page = new Page(...documents)
    page.start()
    await pass(600)
    expect(page.circuits).toEqual([
      `top: ${top}`,
      `${top}: ${top}`,
      `${near}: ${near}`,
      `${near} 2: ${near}`,
    ])
    const second = documents[2]
    if (second === undefined) throw new Error('There is no second frame')
    const address = { frame: `${near} 2`, epoch: second.hook.epoch, circuit: '1' }
    const result = page.transport.command(address, 'disable')
    await pass(600)
    expect(await result).toEqual({ ok: true })
    expect(documents.map(({ breaker }) => breaker.state)).toEqual([
      'closed',
      'closed',
      'disabled',
      'closed',
    ])
    page.show(...documents.slice(0, 2))
    await pass(3_000)
    expect(page.circuits).toEqual([`top: ${top}`, `${near}: ${near}`])
  })

  test('finds other frames while one does not answer', async () => {
    const first = new Document(top)
    page = new Page(first, new Document(near))
    page.start()
    await pass(600)
    const { window } = page
    const evaluate = window.eval.bind(window)
    window.eval = (expression, options, callback) => {
      if (options.frameURL !== near) evaluate(expression, options, callback)
    }
    page.show(first, new Document(near), new Document(far))
    await pass(4_000)
    expect(page.circuits).toEqual([`top: ${top}`, `${near}: ${near}`, `${far}: ${far}`])
  })

  test('reads the other frames while one has no Fluxgate', async () => {
    const [first, second, third] = [new Document(top), new Document(near, false), new Document(far)]
    page = new Page(first, second, third)
    page.start()
    await pass(600)
    toggle(third.breaker, 1)
    await pass(600)
    expect(page.circuits).toEqual([`top: ${top}`, `${far}: ${far}`])
    expect(page.session.frames.get(near)?.condition).toEqual({ kind: 'absent' })
  })

  test('searches for frames every two seconds, also after several stops and starts', async () => {
    page = new Page(new Document(top))
    for (let i = 0; i < 5; i++) {
      page.start()
      page.transport.stop()
    }
    page.start()
    await pass(1_000)
    const searches = () => page.window.expressions.filter((text) => text.endsWith('.length')).length
    const before = searches()
    await pass(10_000)
    expect(searches() - before).toBe(5)
  })

  test('reads at most twenty iframes', async () => {
    const frames = Array.from({ length: 30 }, (_, i) => new Document(`${near}/${i}`))
    page = new Page(new Document(top), ...frames)
    page.start()
    await pass(3_000)
    expect(page.session.frames.size).toBe(21)
  })

  test('reads only the top frame where frames cannot be listed, as in Firefox', async () => {
    const document = new Document(top)
    page = new Page(document)
    const { window } = page
    const transport = evalTransport(
      { eval: (expression, options, callback) => window.eval(expression, options, callback) },
      { now: Date.now },
    )
    const messages: TransportMessage[] = []
    transport.start((message) => messages.push(message))
    await pass(600)
    transport.stop()
    expect(messages).toMatchObject([{ type: 'batch', frame: 'top', url: top }])
  })
})
