import type { FleetMember, Signal } from '@fluxgate/core'
import type { Answer, News, Report } from '../store/message.ts'

/** What a member needs of its fleet. */
export interface FleetLink {
  readonly instance: string
  readonly settings: FleetSettings
  /** Whether the last exchange succeeded. */
  readonly reachable: boolean
  /** Monotonic ms. */
  now(): number
  /** Calls back once after `ms`, with a timer that keeps no process alive. */
  after(ms: number, callback: () => void): void
  /** Puts the member into the next exchange: at once when `urgent`, else within the batch. */
  wake(member: Exchanger, urgent: boolean): void
  /** Asks for news of the member with the next slow poll. */
  poll(member: Exchanger): void
  /** Removes a member that leaves. Returns false when another one has taken its place. */
  remove(member: Exchanger): boolean
  /** Says whether this instance is the one that notifies about a signal: see `fleet.once()`. */
  decide(signal: Signal, notifies: boolean | Promise<boolean>): void
}

export interface FleetSettings {
  readonly quorum: number
  readonly leaseMs: number
  readonly liveMs: number
}

/** The side of a member that the fleet uses. */
export interface Exchanger extends FleetMember {
  /** As the store knows it. */
  readonly name: string
  /** Takes what the member has to say, as at least one report. */
  takeReports(): readonly Report[]
  /** Receives the answers to these reports, requested at `sentAt` (monotonic ms). */
  answered(answers: readonly Answer[], sentAt: number): void
  /**
   * The exchange failed: the reports may or may not have arrived.
   *
   * @param isOnlyThis the store answered to the reports of others: this circuit is alone
   */
  failed(isOnlyThis: boolean): void
  hear(news: News): void
  /** Calls `onError` of the circuit. */
  report(error: unknown): void
  /** Monotonic ms of the last message of the store; -Infinity while the circuit is alone. */
  readonly knownAt: number
  /** Whether the next slow poll asks for the member although nothing happened since this one. */
  keepsWatching(): boolean
}
