import type {
  Fleet,
  FleetMember,
  Listener,
  ListenerObject,
  SharedCircuit,
  Signal,
} from '@fluxgate/core'
import { awaited } from '../clock.ts'
import { Member } from '../member/member.ts'
import type { FleetSettings, MemberContext } from '../member/member-context.ts'
import type { FleetStore } from '../store/fleet-store.ts'
import { MAX_MS, type Report, type ReportEvent } from '../store/message.ts'
import { wireName } from '../store/wire-name.ts'
import { checkMethods, checkRange, checkText } from '../validation.ts'
import { Exchanges } from './exchanges.ts'
import {
  type FleetOptions,
  type ResolvedFleetOptions,
  resolveFleetOptions,
} from './fleet-options.ts'
import { Members } from './members.ts'
import { type Decisions, onceListener } from './once.ts'
import { operatorReport } from './operator-report.ts'
import { Polls } from './polls.ts'
import { reportTo } from './report-to.ts'
import { Subscription } from './subscription.ts'

/** A state of at most this age needs no refresh, in ms. */
const FRESH_MS = 1_000
/** An instance is live for this number of polls after its last report. */
const LIVE_POLLS = 3

/**
 * Shares circuits with other instances: the option `shared` of a breaker, or of the `defaults` of a
 * registry or `createFetch`.
 *
 * An instance has one fleet for all its circuits. Its timers keep no process alive.
 */
export class SharedFleet implements Fleet {
  /** The id of this instance. */
  readonly instance: string
  readonly #settings: FleetSettings
  readonly #options: ResolvedFleetOptions
  readonly #exchanges: Exchanges
  readonly #polls: Polls
  readonly #subscription: Subscription
  readonly #members = new Members()
  readonly #decisions: Decisions = new WeakMap()
  readonly #context: MemberContext
  #reachable = false
  #isFailing = false
  #isClosed = false

  /** @throws TypeError or RangeError when an option is invalid */
  constructor(store: FleetStore, options: FleetOptions = {}) {
    checkMethods('fleet: store', store, 'exchange')
    this.#options = resolveFleetOptions(options)
    const { instance, quorum, leaseMs, pollMs } = this.#options
    this.instance = instance
    this.#settings = { quorum, leaseMs, liveMs: Math.min(MAX_MS, LIVE_POLLS * pollMs) }
    this.#exchanges = new Exchanges(store, this.#options, {
      onAnswered: () => this.#onAnswered(),
      onFailed: (error) => this.#onFailed(error),
      onPartialFailure: (error) => this.#report(error),
      answersAboutOthers: (members) =>
        this.#members
          .all()
          .some((each) => Number.isFinite(each.knownAt) && !members.includes(each)),
    })
    this.#polls = new Polls((member) => this.#exchanges.add(member, false), this.#options)
    this.#subscription = new Subscription(store, this.#options, {
      onUpdate: (update) => this.#members.get(update.name)?.receiveUpdate(update),
      onGap: () => this.#requestAll(),
      onError: (error) => this.#report(error),
    })
    this.#context = this.#createContext()
  }

  /**
   * Whether the store answered the last exchange, about at least one circuit. While false, each circuit
   * is alone: it decides by its own calls.
   */
  get reachable(): boolean {
    return this.#reachable
  }

  /**
   * @internal Called by a breaker. A second circuit of the same name replaces the first one, which
   * continues alone.
   */
  join(circuit: SharedCircuit): FleetMember {
    const member = new Member(circuit, this.#context)
    this.#members.add(member)?.leave()
    if (this.#isClosed) {
      member.leave()
    } else {
      this.#subscription.start()
      // at once, but after circuits that changed
      this.#exchanges.add(member, true, false)
    }
    return member
  }

  /**
   * Wraps a listener so that the whole fleet calls it once for each change: on the instance that caused
   * the change. An opening of one instance waits up to 2 s for others to agree. While the store is
   * unreachable, each instance calls its listener.
   *
   * @throws TypeError when the listener has no `onSignal`
   * @example
   * new CircuitRegistry({ defaults: { shared: fleet, listeners: [fleet.once(slack)] } })
   */
  once(listener: Listener): ListenerObject {
    return onceListener(listener, this.#decisions)
  }

  /**
   * Requests the state of a circuit from the store, for a serverless function after a pause. Waits at
   * most `atMostMs`, and returns at once when the state is younger than a second. Never rejects.
   *
   * @returns true when the state is known now
   * @throws TypeError or RangeError when `atMostMs` is not a number from 0 to 60,000
   * @example
   * await fleet.refresh('payments', { atMostMs: 50 })
   */
  async refresh(name: string, options: { readonly atMostMs: number }): Promise<boolean> {
    const { atMostMs } = Object(options) as typeof options
    checkText('refresh: name', name)
    checkRange('refresh: atMostMs', atMostMs, 0, 60_000)
    const { clock } = this.#options
    const member = this.#members.get(wireName(name))
    if (member === undefined || this.#isClosed) return false
    const isFresh = () => clock.now() - member.knownAt < FRESH_MS
    if (isFresh()) return true
    this.#exchanges.add(member, true)
    let cancel: (() => void) | undefined
    const late = new Promise<void>((resolve) => {
      cancel = clock.setTimeout(resolve, atMostMs)
    })
    await awaited(Promise.race([this.#exchanges.flush(), late]))
    cancel?.()
    return isFresh()
  }

  /**
   * Sends the reports of all circuits of this instance. Call it at the end of an invocation, or before
   * the process exits. Never rejects.
   *
   * @returns false when the store did not answer
   */
  flush(): Promise<boolean> {
    return awaited(this.#exchanges.flush())
  }

  /** Rejects every call of all instances, until the next command for this circuit. */
  forceOpen(name: string): Promise<boolean> {
    return this.#command(name, 'force_open')
  }

  /** Admits every call of all instances, unrecorded, until the next command for this circuit. */
  disable(name: string): Promise<boolean> {
    return this.#command(name, 'disable')
  }

  /** Records the calls of all instances without opening, until the next command for this circuit. */
  metricsOnly(name: string): Promise<boolean> {
    return this.#command(name, 'metrics_only')
  }

  /** Closes the circuit of all instances. */
  reset(name: string): Promise<boolean> {
    return this.#command(name, 'reset')
  }

  /**
   * Opens the circuit of all instances.
   *
   * @param options.forMs how long, in ms above 0; `Infinity` for until the next command
   * @throws TypeError or RangeError when `forMs` is invalid
   */
  trip(name: string, options: { readonly forMs: number }): Promise<boolean> {
    const { forMs } = Object(options) as typeof options
    if (forMs !== Number.POSITIVE_INFINITY) checkRange('trip: forMs', forMs, 1, MAX_MS)
    return this.#command(name, 'trip', forMs)
  }

  /**
   * Leaves the fleet: gives leases back, withdraws votes, and unsubscribes. The circuits continue
   * alone. Never rejects.
   */
  async close(): Promise<boolean> {
    if (this.#isClosed) return true
    this.#isClosed = true
    for (const member of this.#members.all()) member.leave()
    this.#polls.clear()
    const ok = await this.flush()
    this.#reachable = false
    this.#subscription.end()
    return ok
  }

  #command(name: string, event: ReportEvent, delayMs = 0): Promise<boolean> {
    checkText('fleet: name', name)
    return this.#send(operatorReport(wireName(name), event, delayMs, this.#settings))
  }

  async #send(report: Report): Promise<boolean> {
    const [answer] = (await awaited(this.#exchanges.send([report]))) ?? []
    if (answer === undefined) return false
    this.#members.get(report.name)?.receiveUpdate(answer)
    return true
  }

  #createContext(): MemberContext {
    const { clock } = this.#options
    const isReachable = () => this.#reachable
    return {
      instance: this.instance,
      settings: this.#settings,
      get reachable() {
        return isReachable()
      },
      now: () => clock.now(),
      after: (ms, callback) => {
        clock.setTimeout(callback, ms)
      },
      schedule: (member, urgent) => this.#exchanges.add(member, urgent),
      poll: (member) => this.#polls.add(member),
      remove: (member) => this.#members.remove(member),
      decide: (signal: Signal, notifies) => this.#decisions.set(signal, notifies),
    }
  }

  #onAnswered(): void {
    const isBack = !this.#reachable
    this.#isFailing = false
    this.#reachable = !this.#isClosed
    this.#subscription.start()
    if (isBack) this.#requestAll()
  }

  /** Reports the first failure after an answer. */
  #onFailed(error: unknown): void {
    this.#reachable = false
    if (!this.#isFailing) this.#report(error)
    this.#isFailing = true
  }

  #requestAll(): void {
    for (const member of this.#members.all()) this.#exchanges.add(member, false)
  }

  #report(error: unknown): void {
    const { onError } = this.#options
    const member = this.#members.latest
    if (onError === undefined) member?.report(error)
    else reportTo(onError, error, member?.name ?? '')
  }
}
