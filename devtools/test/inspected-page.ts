import { createContext, runInContext } from 'node:vm'
import { CircuitBreaker } from '@fluxgate/core'
import { type DevtoolsHook, devtoolsKey, devtoolsListener } from '@fluxgate/core/devtools'
import { emptySession, reduce } from '../src/session/reduce.ts'
import { evalTransport } from '../src/transports/eval-transport.ts'
import type { Transport, TransportMessage } from '../src/transports/transport.ts'
import { FakeInspectedWindow } from './inspected-window.ts'
import { currentHook, removeHook } from './page-hook.ts'

export const top = 'http://localhost/'
export const near = 'http://localhost/frame'
export const far = 'https://elsewhere.example/frame'

/** A document with its own global object. */
export class Document {
  readonly url: string
  readonly breaker: CircuitBreaker
  readonly hook: DevtoolsHook
  readonly #context: object

  constructor(url: string, withFluxgate = true) {
    this.url = url
    removeHook()
    this.breaker = new CircuitBreaker({ name: url, listeners: [devtoolsListener()] })
    this.hook = currentHook()
    const globals = { location: { href: url } }
    if (withFluxgate) Reflect.set(globals, Symbol.for(devtoolsKey), this.hook)
    this.#context = createContext(globals)
  }

  run(expression: string): unknown {
    return runInContext(expression, this.#context)
  }

  /** Makes this the top document of these frames. */
  setFrames(frames: readonly Document[]): void {
    Object.assign(this.#context, { length: frames.length, top: this.run('globalThis') })
    for (const [index, frame] of frames.entries()) {
      Object.assign(frame.#context, { length: 0, top: this.run('globalThis') })
      Object.assign(this.#context, { [index]: frame.run('globalThis') })
    }
  }
}

/** A page of several documents with a transport that reads it. */
export class Page {
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

  /** Replaces the documents of the page; the first one is the top document. */
  show(...documents: Document[]): void {
    this.#documents = documents
    documents[0]?.setFrames(documents.slice(1))
    this.window.urls = documents.map(({ url }) => url)
  }

  start(): void {
    this.transport.start((message) => this.messages.push(message))
  }

  get session() {
    return this.messages.reduce(reduce, emptySession)
  }

  /** The circuits of the session, as `top: http://localhost/`. */
  get circuits(): string[] {
    return [...this.session.circuits.values()].map(
      ({ address, name }) => `${address.frame}: ${name}`,
    )
  }
}
