import type {
  Fleet,
  FleetMember,
  Listener,
  ListenerObject,
  SharedCircuit,
  Signal,
} from '@fluxgate/core'
import { awaited } from '../clock.ts'
import type { FleetLink, FleetSettings } from '../member/link.ts'
import { Member } from '../member/member.ts'
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

/** Information that is younger needs no refresh, in ms. */
const FRESH_MS = 1_000
/** Instances that were not heard of for so many polls are not live. */
const LIVE_POLLS = 3

/**
 * Circuits that several instances share: the option `shared` of a breaker, of a registry's or of
 * `createFetch`'s `defaults`.
 *
 * One instance has one fleet for all its circuits. Its timers keep no process alive.
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
  readonly #link: FleetLink
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
      onPartFailed: (error) => this.#report(error),
      answersAboutOthers: (members) =>
        this.#members
          .all()
          .some((each) => Number.isFinite(each.knownAt) && !members.includes(each)),
    })
    this.#polls = new Polls((member) => this.#exchanges.add(member, false), this.#options)
    this.#subscription = new Subscription(store, this.#options, {
      onNews: (news) => this.#members.get(news.name)?.hear(news),
      onGap: () => this.#askForAll(),
      onError: (error) => this.#report(error),
    })
    this.#link = this.#createLink()
  }

  /**
   * Whether the store answered to the last exchange, about one circuit at least. While false, each
   * circuit is alone.
   */
  get reachable(): boolean {
    return this.#reachable
  }

  /**
   * @internal Called by a breaker. A second circuit of the same name takes the place of the first,
   * which goes on alone.
   */
  join(circuit: SharedCircuit): FleetMember {
    const member = new Member(circuit, this.#link)
    this.#members.add(member)?.leave()
    if (this.#isClosed) {
      member.leave()
    } else {
      this.#subscription.start()
      // at once, but after what other circuits have to say
      this.#exchanges.add(member, true, false)
    }
    return member
  }

  /**
   * Wraps a listener so that it notifies once for the whole fleet: on the instance that caused the
   * change. A local opening waits up to 2 s for the others to agree. While the store is unreachable,
   * each instance notifies.
   *
   * @throws TypeError when the listener has no `onSignal`
   * @example
   * new CircuitRegistry({ defaults: { shared: fleet, listeners: [fleet.once(slack)] } })
   */
  once(listener: Listener): ListenerObject {
    return onceListener(listener, this.#decisions)
  }

  /**
   * Asks the store for the state of a circuit, outside of calls: for a function that was frozen. Waits
   * at most `atMostMs`, and not at all when the state is younger than a second. Never rejects.
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
   * Sends what the circuits of this instance have to say: at the end of an invocation, or before the
   * process exits. Never rejects.
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

  /** Records the calls of all instances and opens nothing, until the next command for this circuit. */
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
   * Leaves the fleet: gives leases back, withdraws the votes, unsubscribes. The circuits go on alone.
   * Never rejects.
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
    this.#members.get(report.name)?.hear(answer)
    return true
  }

  #createLink(): FleetLink {
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
      wake: (member, urgent) => this.#exchanges.add(member, urgent),
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
    if (isBack) this.#askForAll()
  }

  /** Each failure after an answer is reported once. */
  #onFailed(error: unknown): void {
    this.#reachable = false
    if (!this.#isFailing) this.#report(error)
    this.#isFailing = true
  }

  #askForAll(): void {
    for (const member of this.#members.all()) this.#exchanges.add(member, false)
  }

  #report(error: unknown): void {
    const { onError } = this.#options
    const member = this.#members.latest
    if (onError === undefined) member?.report(error)
    else reportTo(onError, error, member?.name ?? '')
  }
}
