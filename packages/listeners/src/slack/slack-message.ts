import type { Signal, State } from '@fluxgate/core'

/** A block of Slack's Block Kit; see https://docs.slack.dev/reference/block-kit/blocks. */
export interface SlackBlock {
  readonly type: string
  readonly [field: string]: unknown
}

/** What is said in one message. Both in mrkdwn: escape what comes from elsewhere. */
export interface SlackMessage {
  /** All of it in words: for notifications, for screen readers, and where blocks are not shown. */
  readonly text: string
  readonly blocks?: readonly SlackBlock[]
}

/** `closed->open`; `metrics_only->metrics_only` is a shadow verdict. */
export type SlackTransition = `${State}->${State}`

/** Words for a transition: mrkdwn, or a message with blocks. */
export type SlackTemplate = (signal: Signal) => string | SlackMessage

/** Own words, per transition; the rest keeps those of the locale. */
export type SlackTemplates = {
  readonly [transition in SlackTransition]?: SlackTemplate
} & {
  /** Several transitions of one circuit within a second, oldest first, in one message. */
  readonly summary?: (signals: readonly Signal[]) => string | SlackMessage
}
