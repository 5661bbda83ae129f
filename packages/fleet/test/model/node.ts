import { CircuitBreaker, type Clock, cooldown, failureStreak, type Ticket } from '@fluxgate/core'
import { Member } from '../../src/member/member.ts'
import type { MemberContext } from '../../src/member/member-context.ts'
import type { Answer, Report, StateUpdate } from '../../src/store/message.ts'

const DELAY_MS = 2_000
const LEASE_MS = 2_000

/** The exchange of an instance: reports are on the way to the store, or answers are on the way back. */
type Channel =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sent'; readonly reports: readonly Report[]; readonly sentAt: number }
  | { readonly phase: 'answered'; readonly answers: readonly Answer[]; readonly sentAt: number }

/** One instance: a real breaker and its real member, with a network that the exploration controls. */
export class Node {
  readonly name: string
  readonly breaker: CircuitBreaker
  channel: Channel = { phase: 'idle' }
  updates: StateUpdate[] = []
  ticket: Ticket | undefined
  /** The member requested an exchange. */
  isScheduled = true
  /** The manual state that the fleet must not change. */
  manualState: string | undefined
  #reachable = false
  #member: Member | undefined

  constructor(name: string, clock: Clock) {
    this.name = name
    const isReachable = () => this.#reachable
    const context: MemberContext = {
      instance: name,
      settings: { quorum: 2, leaseMs: LEASE_MS, liveMs: 15_000 },
      get reachable() {
        return isReachable()
      },
      now: () => clock.now(),
      after: () => {},
      schedule: () => {
        this.isScheduled = true
      },
      poll: () => {},
      remove: () => true,
      decide: () => {},
    }
    this.breaker = new CircuitBreaker({
      name: 'payments',
      clock,
      tripper: failureStreak(1),
      retry: cooldown(DELAY_MS),
      probes: 1,
      random: () => 0,
      shared: {
        join: (circuit) => {
          this.#member = new Member(circuit, context)
          return this.#member
        },
      },
    })
  }

  get member(): Member {
    if (this.#member === undefined) throw new Error('the breaker did not join')
    return this.#member
  }

  send(now: number): void {
    this.isScheduled = false
    this.channel = { phase: 'sent', reports: this.member.takeReports(), sentAt: now }
  }

  receive(): void {
    if (this.channel.phase !== 'answered') return
    const { answers, sentAt } = this.channel
    this.channel = { phase: 'idle' }
    this.#reachable = true
    this.member.answered(answers, sentAt)
  }

  /** Loses the messages of the exchange, which times out. */
  lose(): void {
    this.channel = { phase: 'idle' }
    this.#reachable = false
    this.isScheduled = true
    this.member.failed(false)
  }

  call(): void {
    this.ticket ??= this.breaker.tryAcquire()
  }

  settle(outcome: 'succeed' | 'fail'): void {
    const { ticket } = this
    this.ticket = undefined
    if (outcome === 'succeed') ticket?.success()
    else ticket?.failure(new Error('503'))
  }

  forceOpen(): void {
    this.breaker.forceOpen()
    this.manualState = this.breaker.state
  }
}
