import { serverOnly } from './server-only.ts'
import type * as server from './slack-listener.ts'

// The module behind `@fluxgate/listeners/slack` under the conditions `browser`, `worker` and `edge-light`.

export { ServerOnlyError } from './server-only.ts'
export { escapeMrkdwn, slackDate } from './slack/mrkdwn.ts'

export const SlackListener: typeof server.SlackListener = serverOnly('SlackListener')
