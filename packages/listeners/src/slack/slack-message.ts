import type { Signal, State } from '@fluxgate/core'

/** A block of Slack's Block Kit; see https://docs.slack.dev/reference/block-kit/blocks. */
export interface SlackBlock {
  readonly type: string
  readonly [field: string]: unknown
}

/** The content of one message, in mrkdwn. Escape untrusted text with `escapeMrkdwn`. */
export interface SlackMessage {
  /** The whole message as text: for notifications, screen readers and clients without blocks. */
  readonly text: string
  readonly blocks?: readonly SlackBlock[]
}

/** A transition such as `closed->open`; `metrics_only->metrics_only` is a shadow verdict. */
export type SlackTransition = `${State}->${State}`

/** Returns the message about a signal: mrkdwn text, or a message with blocks. */
export type SlackTemplate = (signal: Signal) => string | SlackMessage

/** Templates by transition. Other transitions use the texts of the locale. */
export type SlackTemplates = {
  readonly [transition in SlackTransition]?: SlackTemplate
} & {
  /** One message about several signals of a circuit, oldest first. */
  readonly summary?: (signals: readonly Signal[]) => string | SlackMessage
  /** One message about several circuits: the signals of each, oldest first. */
  readonly digest?: (circuits: readonly (readonly Signal[])[]) => string | SlackMessage
}
