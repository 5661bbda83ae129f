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

/** A document with a global object of its own, as each frame has. */
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

  /** Makes it the top document, with these in its iframes. */
  hold(frames: readonly Document[]): void {
    Object.assign(this.#context, { length: frames.length, top: this.run('globalThis') })
    for (const [place, frame] of frames.entries()) {
      Object.assign(frame.#context, { length: 0, top: this.run('globalThis') })
      Object.assign(this.#context, { [place]: frame.run('globalThis') })
    }
  }
}

/** A page of several documents, read by a transport. */
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
