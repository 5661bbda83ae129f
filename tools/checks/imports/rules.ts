/**
 * Which file may import what. A path that ends in `/` is a folder with all below it; any other is one file.
 * Tests, benchmarks and configuration may import what they like; these rules are for what ships.
 */
export interface Rules {
  layers: PackageLayers[]
  rooms: Record<string, string[]>
  members: Record<string, string[]>
  /** Edges that are let through, `file → specifier as written`, and why. */
  exceptions: Record<string, string>
}

interface PackageLayers {
  /** The folder that the layers' paths start from. Every file in it needs a layer. */
  folder: string
  /** From low to high: a file imports its own layer and those before it, never one after it. */
  layers: Layer[]
}

export interface Layer {
  name: string
  files: string[]
  /** Neighbours that do not know each other: none of `files` imports another one of them. */
  apart?: true
  /** Lower, and still none of its business. */
  never?: string[]
}

export const rules: Rules = {
  layers: [
    {
      folder: 'packages/core/src/',
      layers: [
        {
          name: 'words',
          files: [
            'state-name.ts',
            'policy.ts',
            'clock.ts',
            'validation.ts',
            'errors.ts',
            'thenable.ts',
            'error-handler.ts',
          ],
        },
        {
          name: 'what happened',
          files: ['outcome.ts', 'metrics.ts', 'rule-report.ts', 'signal.ts', 'snapshot.ts'],
        },
        { name: 'rules', files: ['rule.ts'] },
        {
          name: 'policies',
          files: ['trackers.ts', 'trippers.ts', 'retries.ts', 'permits.ts'],
          apart: true,
        },
        { name: 'tally', files: ['tally.ts'], never: ['trippers.ts'] },
        {
          name: 'windows',
          files: ['windows/'],
          never: ['trackers.ts', 'trippers.ts', 'retries.ts', 'permits.ts'],
        },
        { name: 'state', files: ['state.ts'] },
        { name: 'machine', files: ['machine.ts'] },
        {
          name: 'listeners',
          files: ['listeners/'],
          never: [
            'windows/',
            'rule.ts',
            'trackers.ts',
            'trippers.ts',
            'retries.ts',
            'permits.ts',
            'tally.ts',
            'state.ts',
            'machine.ts',
          ],
        },
        {
          name: 'circuit breaker',
          files: [
            'breaker-options.ts',
            'call-options.ts',
            'wrap.ts',
            'abort-relay.ts',
            'reading.ts',
            'bounded-call.ts',
            'ticket.ts',
            'circuit.ts',
            'circuit-breaker.ts',
          ],
        },
        { name: 'registry', files: ['registry.ts'] },
        { name: 'subpaths', files: ['fetch/', 'devtools/', 'testing/'], apart: true },
        { name: 'contents page', files: ['index.ts'] },
      ],
    },
    {
      folder: 'packages/react/src/',
      layers: [
        { name: 'what many share', files: ['shared-subscription.ts', 'beat.ts'] },
        { name: 'what is seen', files: ['circuit-view.ts', 'circuit-watch.ts'] },
        { name: 'where circuits are found', files: ['circuit-provider.ts'] },
        {
          name: 'hooks',
          files: ['use-circuit.ts', 'use-retry-countdown.ts'],
          apart: true,
        },
        { name: 'boundary', files: ['circuit-boundary.ts'] },
        { name: 'contents page', files: ['index.ts'] },
      ],
    },
    {
      folder: 'packages/listeners/src/',
      layers: [
        { name: 'common ground', files: ['validation.ts', 'tell-on-error.ts', 'server-only.ts'] },
        { name: 'parts', files: ['circuit-labels.ts', 'circuit-metrics.ts', 'slack/'] },
        { name: 'listeners', files: ['prometheus-listener.ts', 'slack-listener.ts'], apart: true },
        {
          name: 'browser stand-ins',
          files: ['prometheus-server-only.ts', 'slack-server-only.ts'],
          apart: true,
        },
      ],
    },
    {
      folder: 'devtools/src/',
      layers: [
        { name: 'protocol', files: ['protocol/'] },
        { name: 'transports', files: ['transports/'] },
        { name: 'session', files: ['session/'] },
        { name: 'panel', files: ['panel/'], never: ['protocol/'] },
        { name: 'places', files: ['extension/', 'inline/'], apart: true, never: ['protocol/'] },
        { name: 'contents page', files: ['index.ts', 'index.tsx'] },
      ],
    },
  ],

  // Whatever is imported by a name has its rooms here, and may be imported nowhere else.
  rooms: {
    '@fluxgate/core': ['packages/listeners/', 'packages/react/', 'devtools/', 'playground/'],
    '@fluxgate/devtools': ['playground/'],
    '@fluxgate/listeners': ['playground/'],
    '@fluxgate/react': ['playground/'],
    'prom-client': ['packages/listeners/src/circuit-metrics.ts', 'playground/server/'],
    '@slack/web-api': ['packages/listeners/src/slack-listener.ts', 'playground/server/'],
    react: [
      'packages/react/',
      'devtools/src/panel/',
      'devtools/src/inline/',
      'devtools/src/extension/',
      'playground/',
    ],
    'react-dom': ['devtools/src/inline/', 'devtools/src/extension/', 'playground/'],
    'sugar-high': ['playground/src/'],
    '@fontsource-variable/geist': ['playground/src/'],
    '@fontsource-variable/geist-mono': ['playground/src/'],
    sirv: ['playground/server/'],
    '@tanstack/react-virtual': ['devtools/src/panel/'],
    zod: ['devtools/src/protocol/'],
    'node:': ['playground/server/'],
  },

  exceptions: {
    'packages/core/src/listeners/listener.ts → ../circuit-breaker.ts':
      'a type only: onAttach gives a listener the breaker it joins, and the breaker takes listeners',
  },

  // Time, chance and the browser's extension API come in by one door each.
  members: {
    'Date.now': ['packages/core/src/clock.ts', 'devtools/src/panel/wall-clock.ts', 'playground/'],
    'performance.now': ['packages/core/src/clock.ts', 'playground/'],
    'Math.random': ['packages/core/src/breaker-options.ts', 'playground/'],
    'chrome.*': ['devtools/src/extension/', 'devtools/src/transports/eval-transport.ts'],
  },
}
