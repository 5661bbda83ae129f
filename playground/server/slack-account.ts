/** An account and a channel of the real Slack. */
export interface SlackAccount {
  readonly token: string
  readonly channel: string
}

/**
 * Reads the account from the environment. Undefined when neither variable is set.
 *
 * @throws Error when only one of SLACK_BOT_TOKEN and SLACK_CHANNEL is set
 */
export function slackAccount(env: NodeJS.ProcessEnv): SlackAccount | undefined {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL: channel } = env
  if (token && channel) return { token, channel }
  if (!token && !channel) return undefined
  throw new Error(
    `To post to Slack, set SLACK_BOT_TOKEN and SLACK_CHANNEL; SLACK_${token ? 'CHANNEL' : 'BOT_TOKEN'} is missing.`,
  )
}
