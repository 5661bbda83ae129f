import { CircuitBreaker, failureStreak, retryNever } from '@fluxgate/core'
import {
  type DevtoolsHook,
  type DevtoolsListenerOptions,
  devtoolsListener,
} from '@fluxgate/core/devtools'
import { vi } from 'vitest'
import { emptySession, reduce } from '../src/session/reduce.ts'
import type { SessionState } from '../src/session/state.ts'
import type {
  Batch,
  CircuitAddress,
  FrameCondition,
  Transport,
  TransportMessage,
} from '../src/transports/transport.ts'
import { currentHook, removeHook } from './page-hook.ts'

/** A transport and control of the page that it reads. */
export interface TestPage {
  readonly transport: Transport
  /** Installs a value as the devtools hook of the page; `undefined` for none. */
  setHook(hook: unknown): void
  /** Delays the answers of the page by `ms`. */
  stall(ms: number): Promise<void>
}

/** Records the messages of a transport under fake timers. */
export class TransportRig {
  readonly page: TestPage
  readonly messages: TransportMessage[] = []
  // referenced, because the collection of a circuit is an event
  readonly #circuits: CircuitBreaker[] = []

  constructor(page: TestPage) {
    this.page = page
  }

  /** Loads a new document with a circuit that opens at the first failure and never probes. */
  load(options: DevtoolsListenerOptions = {}): CircuitBreaker {
    removeHook()
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(1),
      retry: retryNever(),
      listeners: [devtoolsListener(options)],
    })
    this.#circuits.push(breaker)
    this.page.setHook(currentHook())
    return breaker
  }

  /** Replaces the `read` of the current hook. */
  answer(read: DevtoolsHook['read'] | (() => unknown)): void {
    const { version, epoch } = currentHook()
    this.page.setHook({ version, epoch, read, command: () => ({ ok: true }) })
  }

  start(): void {
    this.page.transport.start((message) => this.messages.push(message))
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms)
  }

  get batches(): Batch[] {
    return this.messages.filter((message) => message.type === 'batch')
  }

  get events() {
    return this.batches.flatMap(({ events }) => events)
  }

  /** The `seq` of every emitted event. */
  get seqs(): number[] {
    return this.events.flatMap((event) => ('seq' in event ? event.seq : []))
  }

  get faults(): FrameCondition[] {
    return this.messages.flatMap((message) => (message.type === 'fault' ? message.condition : []))
  }

  /** The session after all messages. */
  get session(): SessionState {
    return this.messages.reduce(reduce, emptySession)
  }

  /** The address of the circuit. */
  address(change: Partial<CircuitAddress> = {}): CircuitAddress {
    return { frame: 'top', epoch: currentHook().epoch, circuit: '1', ...change }
  }
}

/** Causes `times` transitions of a circuit. */
export function toggle(breaker: CircuitBreaker, times: number): void {
  for (let i = 0; i < times; i++) {
    if (breaker.state === 'disabled') breaker.reset()
    else breaker.disable()
  }
}
