import { serverOnly } from './server-only.ts'
import type * as server from './slack-listener.ts'

// What `@fluxgate/listeners/slack` is under the `browser` condition.

export { ServerOnlyError } from './server-only.ts'
export { escapeMrkdwn, slackDate } from './slack/mrkdwn.ts'

export const SlackListener: typeof server.SlackListener = serverOnly('SlackListener')
