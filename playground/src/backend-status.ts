import type { Snapshot } from '@fluxgate/core'

/** What the playground's backend says of itself, as the page shows it. */
export interface BackendStatus {
  /** Calls per second to each service, 0 to 30. */
  readonly rate: number
  readonly circuits: readonly Snapshot[]
  /** The last lines of its log, newest first. */
  readonly log: readonly string[]
  readonly slack: {
    readonly channel: string
    /** What is in the channel, oldest first; absent when it is one of the real Slack. */
    readonly messages?: readonly ChannelMessage[]
  }
}

export interface ChannelMessage {
  readonly ts: string
  /** In Slack's mrkdwn. */
  readonly text: string
  /** The message that it replies to. */
  readonly threadTs?: string
  /** A reply that is shown in the channel as well. */
  readonly broadcast?: boolean
}

/** What the page can ask of the backend. */
export interface BackendOrder {
  readonly rate?: number
  /** A move by hand, of one circuit. */
  readonly circuit?: string
  readonly move?: BackendMove
}

export type BackendMove = 'reset' | 'trip' | 'forceOpen' | 'disable' | 'metricsOnly'
