import type { Snapshot } from '@fluxgate/core'

/** The status of the backend, as the page shows it. */
export interface BackendStatus {
  /** Calls per second to each service, 0 to 30. */
  readonly rate: number
  readonly circuits: readonly Snapshot[]
  /** The last lines of its log, newest first. */
  readonly log: readonly string[]
  /** The address of the devtools panel for this process. */
  readonly devtoolsUrl: string
  readonly slack: {
    readonly channel: string
    /** The messages in the channel, oldest first. Absent when the channel is in the real Slack. */
    readonly messages?: readonly ChannelMessage[]
  }
}

export interface ChannelMessage {
  readonly ts: string
  /** In Slack's mrkdwn. */
  readonly text: string
  /** The `ts` of the message that it replies to. */
  readonly threadTs?: string
  /** A reply that also appears in the channel. */
  readonly broadcast?: boolean
}

/** A command of the page to the backend. */
export interface BackendCommand {
  readonly rate?: number
  /** The circuit of a manual transition. */
  readonly circuit?: string
  readonly transition?: ManualTransition
}

export type ManualTransition = 'reset' | 'trip' | 'forceOpen' | 'disable' | 'metricsOnly'
