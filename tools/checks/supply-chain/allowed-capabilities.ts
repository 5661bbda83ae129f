import type { Capability } from './capabilities.ts'

/**
 * The capabilities that each source file may use, with the purpose. The check fails for a capability that
 * is not listed and for one that is listed but not used. SECURITY.md is based on this list.
 */
export const allowedCapabilities: Readonly<Record<string, Partial<Record<Capability, string>>>> = {
  'packages/core/src/calls/time-limit.ts': { timer: 'the time limit of a call' },
  'packages/core/src/internal/timer.ts': {
    timer: 'the time limit of a call; pauses that let a process end',
  },
  'packages/core/src/fetch/create-fetch.ts': { network: 'the option fetch, and its default' },
  'packages/core/src/fetch/create-fetch-options.ts': { network: 'names the option fetch' },
  'packages/core/src/fetch/platform-fetch.ts': {
    network: 'the default fetch of the guarded fetch',
  },
  'packages/core/src/listeners/listener-queue.ts': { timer: 'the time limit of flush()' },
  'packages/core/src/listeners/webhook-listener.ts': {
    network: 'posts to the URL of its options',
    timer: 'waits between the retries of a post',
  },
  'packages/core/src/listeners/webhook-options.ts': { network: 'checks the option fetch' },
  'packages/listeners/src/slack-listener.ts': { network: "posts with Slack's own client" },
  'packages/listeners/src/slack/unref-timers.ts': {
    timer: 'delays messages above the rate limit and retries, and the time limit of flush()',
  },
  'packages/listeners/src/prometheus/scraped-metric.ts': {
    timer: 'lets other tasks run during a long scrape',
  },
  'packages/core/src/testing/manual-clock.ts': { timer: 'the method setTimeout of the clock' },
  'packages/core/src/view/timers.ts': { timer: 'the timer of a clock that has one' },
  'packages/fleet/src/clock.ts': { timer: 'timers that keep no process alive' },
  'packages/fleet/src/fleet/exchanges.ts': { timer: 'batches, and the next try' },
  'packages/fleet/src/fleet/time-limit.ts': { timer: 'the time limit of an exchange' },
  'packages/fleet/src/redis/redis-store.ts': {
    timer: 'the time limit of a node of a cluster, and of the first connection',
  },
  'packages/fleet/src/fleet/polls.ts': { timer: 'the slow polls of circuits in use' },
  'packages/fleet/src/fleet/shared-fleet.ts': { timer: 'the time limit of refresh(), and leases' },
  'packages/fleet/src/tabs/tab-fleet.ts': {
    network: 'the channel of the tabs of an origin',
    storage: 'the state of shared circuits, for tabs that open later',
  },
  'packages/react/src/start-timer.ts': {
    timer: 'the countdown, and retries when the permit rejected a probe',
  },
  'devtools/src/inline/settings.ts': { storage: 'the position and size of the panel in the page' },
  'devtools/src/panel/files/yield-to-main.ts': { timer: 'yields to the browser during long work' },
  'devtools/src/inspect/with-timeout.ts': { timer: 'time limits for processes that are busy' },
  'devtools/src/inspect/inspector-connection.ts': {
    network: 'connects to the inspector of a Node.js process on this machine',
  },
  'devtools/src/inspect/open-inspector.ts': { timer: 'waits for the inspector to open' },
  'devtools/src/page/page.tsx': { network: 'the requests of the page to its own server' },
  'devtools/src/transports/http-transport.ts': { network: 'the requests of the page' },
  'devtools/src/panel/context/panel-settings.ts': { storage: 'the settings of the panel' },
  'devtools/src/panel/incidents/incident-strip.tsx': { timer: 'limits how often it computes' },
  'devtools/src/panel/ui/copy-button.tsx': { timer: 'hides the confirmation' },
  'devtools/src/panel/context/now-context.tsx': { timer: 'the clock of the visible panel' },
  'devtools/src/panel/files/save-file.ts': { timer: 'revokes the object URL after the download' },
  'devtools/src/transports/frame-finder.ts': { timer: 'the time limit of a frame search' },
  'devtools/src/transports/frame-reader.ts': { timer: 'the time limit of a read' },
  'devtools/src/transports/inspected-window.ts': {
    eval: 'inspectedWindow.eval with constant code',
  },
  'devtools/src/transports/reconnecting-window.ts': {
    eval: 'inspectedWindow.eval of another page of the extension',
  },
  'devtools/src/transports/polling-transport.ts': {
    timer: 'polls the page while the panel is visible',
  },
}
