import type { FleetMember, Signal } from '@fluxgate/core'
import type { Answer, Report, StateUpdate } from '../store/message.ts'

/** What the fleet provides to its members. */
export interface MemberContext {
  readonly instance: string
  readonly settings: FleetSettings
  /** Whether the last exchange succeeded. */
  readonly reachable: boolean
  /** Monotonic ms. */
  now(): number
  /** Calls `callback` once after `ms`, with a timer that keeps no process alive. */
  after(ms: number, callback: () => void): void
  /** Adds the member to the next exchange: without delay when `urgent`, otherwise with the batch. */
  schedule(member: ExchangeParticipant, urgent: boolean): void
  /** Adds the member to the next slow poll. */
  poll(member: ExchangeParticipant): void
  /** Removes a member that leaves. Returns false when another member has replaced it. */
  remove(member: ExchangeParticipant): boolean
  /** Decides whether this instance notifies about a signal: see `fleet.once()`. */
  decide(signal: Signal, notifies: boolean | Promise<boolean>): void
}

export interface FleetSettings {
  readonly quorum: number
  readonly leaseMs: number
  readonly liveMs: number
}

/** A member, as its fleet uses it. */
export interface ExchangeParticipant extends FleetMember {
  /** As the store knows it. */
  readonly name: string
  /** Returns what the member has to report, as at least one report, and clears it. */
  takeReports(): readonly Report[]
  /** Receives the answers to these reports, which were sent at `sentAt` (monotonic ms). */
  answered(answers: readonly Answer[], sentAt: number): void
  /**
   * The exchange failed: the reports may or may not have arrived.
   *
   * @param onlyThisCircuit the store answered the reports of other circuits
   */
  failed(onlyThisCircuit: boolean): void
  /** Receives a change that the store published. */
  receiveUpdate(update: StateUpdate): void
  /** Calls `onError` of the circuit. */
  report(error: unknown): void
  /** Monotonic ms of the last message of the store; -Infinity while the circuit is not connected. */
  readonly knownAt: number
  /** Called after each slow poll: whether the next one includes the member again. */
  shouldPollAgain(): boolean
}
