import type { Capability } from './capabilities.ts'

/**
 * The capabilities that each source file may use, with the purpose. The check fails for a capability that
 * is not listed and for one that is listed but not used. SECURITY.md is based on this list.
 */
export const allowedCapabilities: Readonly<Record<string, Partial<Record<Capability, string>>>> = {
  'packages/core/src/calls/limited-call.ts': { timer: 'the time limit of a call' },
  'packages/core/src/fetch/create-fetch.ts': { network: 'the default fetch of the guarded fetch' },
  'packages/core/src/listeners/webhook-listener.ts': {
    network: 'posts to the URL of its options',
    timer: 'waits between the retries of a post',
  },
  'packages/listeners/src/slack-listener.ts': { network: "posts with Slack's own client" },
  'packages/listeners/src/slack/slack-thread.ts': { timer: 'delays messages above the rate limit' },
  'packages/react/src/shared-interval.ts': { timer: 'the seconds of a countdown' },
  'packages/react/src/circuit-watch.ts': { timer: 'updates when a circuit may probe' },
  'packages/react/src/circuit-boundary.ts': {
    timer: 'retries when the permit rejected its probe',
  },
  'devtools/src/inline/settings.ts': { storage: 'the position and size of the panel in the page' },
  'devtools/src/panel/files/yield-to-main.ts': { timer: 'yields to the browser during long work' },
  'devtools/src/panel/ui/copy-button.tsx': { timer: 'hides the confirmation' },
  'devtools/src/panel/context/now-context.tsx': { timer: 'the clock of the visible panel' },
  'devtools/src/panel/files/save-file.ts': { timer: 'revokes the object URL after the download' },
  'devtools/src/transports/frame-finder.ts': { timer: 'the time limit of a frame search' },
  'devtools/src/transports/frame-reader.ts': { timer: 'the time limit of a read' },
  'devtools/src/transports/inspected-window.ts': {
    eval: 'inspectedWindow.eval with constant code',
  },
  'devtools/src/transports/polling-transport.ts': {
    timer: 'polls the page while the panel is visible',
  },
}
