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

/** A page that a transport reads. */
export interface TestPage {
  readonly transport: Transport
  /** Puts something where the panel looks for the hook, or nothing. */
  setHook(hook: unknown): void
  /** Keeps the page from answering for so many ms. */
  stall(ms: number): Promise<void>
}

/** A transport on the bench, under fake timers: a page with one circuit, all that is told kept. */
export class TransportRig {
  readonly page: TestPage
  readonly messages: TransportMessage[] = []
  // held, or they might be collected, which would be told
  readonly #circuits: CircuitBreaker[] = []

  constructor(page: TestPage) {
    this.page = page
  }

  /** A new document with a circuit that opens at the first failure, for good. */
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

  /** A document whose hook answers reads in another way. */
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

  /** The places in the log of what was told. */
  get seqs(): number[] {
    return this.events.flatMap((event) => ('seq' in event ? event.seq : []))
  }

  get faults(): FrameCondition[] {
    return this.messages.flatMap((message) => (message.type === 'fault' ? message.condition : []))
  }

  /** What a panel makes of it. */
  get session(): SessionState {
    return this.messages.reduce(reduce, emptySession)
  }

  /** Of the one circuit. */
  address(change: Partial<CircuitAddress> = {}): CircuitAddress {
    return { frame: 'top', epoch: currentHook().epoch, circuit: '1', ...change }
  }
}

/** Moves a circuit so many times. */
export function toggle(breaker: CircuitBreaker, times: number): void {
  for (let i = 0; i < times; i++) {
    if (breaker.state === 'disabled') breaker.reset()
    else breaker.disable()
  }
}
