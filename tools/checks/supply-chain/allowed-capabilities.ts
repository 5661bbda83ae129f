import type { Power } from './capabilities.ts'

/**
 * Which source file may use which power, and what for. A power that is not granted, and a grant that
 * is not used, fail the check: this is the list behind the claims of SECURITY.md.
 */
export const granted: Readonly<Record<string, Partial<Record<Power, string>>>> = {
  'packages/core/src/bounded-call.ts': { timer: 'the time limit of a call' },
  'packages/core/src/fetch/create-fetch.ts': { network: 'the fetch that the user guards with it' },
  'packages/core/src/listeners/webhook-listener.ts': {
    network: 'posts to the URL it was given',
    timer: 'pauses between the tries of a post',
  },
  'packages/listeners/src/slack-listener.ts': { network: "posts by Slack's own client" },
  'packages/listeners/src/slack/slack-thread.ts': { timer: 'holds back what would flood' },
  'packages/react/src/beat.ts': { timer: 'the seconds of a countdown' },
  'packages/react/src/circuit-watch.ts': { timer: 'looks again when a circuit may probe' },
  'packages/react/src/circuit-boundary.ts': {
    timer: 'tries again where chance kept its probe out',
  },
  'devtools/src/inline/settings.ts': { storage: 'how the user left the panel in the page' },
  'devtools/src/panel/breather.ts': { timer: 'lets the browser draw amid long work' },
  'devtools/src/panel/copy-button.tsx': { timer: 'how long it says that it has copied' },
  'devtools/src/panel/now-context.tsx': { timer: 'the clock of the panel, while it is shown' },
  'devtools/src/panel/save-file.ts': { timer: 'gives the browser time to read the file' },
  'devtools/src/transports/frame-finder.ts': { timer: 'waits for no frame for long' },
  'devtools/src/transports/frame-reader.ts': { timer: 'asks no page for ever' },
  'devtools/src/transports/inspected-window.ts': { eval: 'inspectedWindow.eval, of its own text' },
  'devtools/src/transports/polling-transport.ts': { timer: 'asks the page, while it is shown' },
}
