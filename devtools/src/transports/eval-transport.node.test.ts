import { createContext, runInContext } from 'node:vm'
import { CircuitBreaker } from '@fluxgate/core'
import { type DevtoolsHook, devtoolsKey, devtoolsListener } from '@fluxgate/core/devtools'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hookHere, newDocument } from '../../test/forged-page.ts'
import { FakeInspectedWindow } from '../../test/inspected-window.ts'
import { toggle } from '../../test/transport-rig.ts'
import { emptySession, reduce } from '../session/reduce.ts'
import { evalTransport } from './eval-transport.ts'
import type { Transport, TransportMessage } from './transport.ts'

const top = 'http://localhost/'
const near = 'http://localhost/frame'
const far = 'https://elsewhere.example/frame'

/** A document with a global object of its own, as each frame has. */
class Document {
  readonly url: string
  readonly breaker: CircuitBreaker
  readonly hook: DevtoolsHook
  readonly #context: object

  constructor(url: string, withFluxgate = true) {
    this.url = url
    newDocument()
    this.breaker = new CircuitBreaker({ name: url, listeners: [devtoolsListener()] })
    this.hook = hookHere()
    const globals = { location: { href: url } }
    if (withFluxgate) Reflect.set(globals, Symbol.for(devtoolsKey), this.hook)
    this.#context = createContext(globals)
  }

  run(expression: string): unknown {
    return runInContext(expression, this.#context)
  }

  /** Makes it the top document, with these in its iframes. */
  hold(frames: readonly Document[]): void {
    Object.assign(this.#context, { length: frames.length, top: this.run('globalThis') })
    for (const [place, frame] of frames.entries()) {
      Object.assign(frame.#context, { length: 0, top: this.run('globalThis') })
      Object.assign(this.#context, { [place]: frame.run('globalThis') })
    }
  }
}

class Page {
  readonly window: FakeInspectedWindow
  readonly transport: Transport
  readonly messages: TransportMessage[] = []
  #documents: readonly Document[] = []

  constructor(...documents: Document[]) {
    this.window = new FakeInspectedWindow((expression, url) => {
      const frame = this.#documents.find((document) => url === undefined || document.url === url)
      return frame?.run(expression)
    })
    this.transport = evalTransport(this.window, { now: Date.now })
    this.show(...documents)
  }

  /** The top document first. */
  show(...documents: Document[]): void {
    this.#documents = documents
    documents[0]?.hold(documents.slice(1))
    this.window.urls = documents.map(({ url }) => url)
  }

  start(): void {
    this.transport.start((message) => this.messages.push(message))
  }

  get session() {
    return this.messages.reduce(reduce, emptySession)
  }

  /** `top: http://localhost/` for each circuit that the panel knows. */
  get circuits(): string[] {
    return [...this.session.circuits.values()].map(
      ({ address, name }) => `${address.frame}: ${name}`,
    )
  }
}

let page: Page
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  page.transport.stop()
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('frames', () => {
  test('each is read by itself, also one of another origin, and the top one only once', async () => {
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

  test('they come and go with the page', async () => {
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

  test('a command goes to the frame that it is for', async () => {
    const [first, second] = [new Document(top), new Document(far)]
    page = new Page(first, second)
    page.start()
    await pass(600)
    const address = { frame: far, epoch: second.hook.epoch, circuit: '1' }
    const result = page.transport.command(address, 'disable')
    await pass(600)
    expect(await result).toEqual({ ok: true })
    expect([first.breaker.state, second.breaker.state]).toEqual(['closed', 'disabled'])
  })

  test('several at one address are told apart, also where that is the address of the page', async () => {
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

  test('a frame that does not answer keeps no other one from being found', async () => {
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

  test('one that has no Fluxgate, or answers nothing, does not hold up the others', async () => {
    const [first, second, third] = [new Document(top), new Document(near, false), new Document(far)]
    page = new Page(first, second, third)
    page.start()
    await pass(600)
    toggle(third.breaker, 1)
    await pass(600)
    expect(page.circuits).toEqual([`top: ${top}`, `${far}: ${far}`])
    expect(page.session.frames.get(near)?.condition).toEqual({ kind: 'absent' })
  })

  test('they are looked for every two seconds, however often one stops and starts', async () => {
    page = new Page(new Document(top))
    for (let i = 0; i < 5; i++) {
      page.start()
      page.transport.stop()
    }
    page.start()
    await pass(1_000)
    const looked = () => page.window.expressions.filter((text) => text.endsWith('.length')).length
    const before = looked()
    await pass(10_000)
    expect(looked() - before).toBe(5)
  })

  test('no more than twenty are read', async () => {
    const frames = Array.from({ length: 30 }, (_, i) => new Document(`${near}/${i}`))
    page = new Page(new Document(top), ...frames)
    page.start()
    await pass(3_000)
    expect(page.session.frames.size).toBe(21)
  })

  test('where they cannot be listed, as in Firefox, the top one is read', async () => {
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

describe('a page that does not answer, as at a breakpoint,', () => {
  test('is said to be silent, and not asked again; what it says in the end counts', async () => {
    const document = new Document(top)
    page = new Page(document)
    page.start()
    await pass(600)
    page.window.stall(20_000)
    toggle(document.breaker, 3)
    await pass(300)
    const asked = page.window.expressions.length
    await pass(10_000)
    expect(page.session.frames.get('top')?.condition).toMatchObject({ why: 'silent' })
    // the reader asks once, and the search for frames once
    expect(page.window.expressions.length - asked).toBeLessThanOrEqual(2)
    await pass(10_000)
    expect(page.session.frames.get('top')).not.toHaveProperty('condition')
    expect(page.session.log).toHaveLength(4)
  })

  test('is asked anew when the answer must be lost', async () => {
    page = new Page(new Document(top))
    vi.spyOn(page.window, 'eval').mockImplementationOnce(() => {})
    page.start()
    await pass(31_000)
    expect(page.circuits).toEqual([])
    await pass(2_000)
    expect(page.circuits).toEqual([`top: ${top}`])
  })

  test('is asked by one reader only, however often one stops and starts meanwhile', async () => {
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

  test('fails a command honestly', async () => {
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
    expect(await result).toEqual({ ok: false, error: expect.stringMatching(/5 s.*may still/) })
  })
})

test('two tabs do not see each other', async () => {
  page = new Page(new Document(top))
  const other = new Page(new Document('http://localhost/other'))
  page.start()
  other.start()
  await pass(600)
  other.transport.stop()
  expect(page.circuits).toEqual([`top: ${top}`])
  expect(other.circuits).toEqual(['top: http://localhost/other'])
})

test('what a page says of itself is bounded before it leaves the page', async () => {
  const document = new Document(top)
  page = new Page(document)
  vi.spyOn(document.hook, 'read').mockReturnValue({
    next: 1,
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
  expect(page.session.frames.get('top')?.condition).toMatchObject({ why: 'garbage' })
})
