/**
 * Which shipped file may import what. imports.ts turns this table into a configuration for Biome.
 * Tests, benchmarks and build scripts are exempt.
 */

/** Layers of a source folder, from low to high: a layer imports itself and the layers below it. */
export interface Layers {
  readonly folder: string
  /** Files or folders. Those of one inner list do not import each other. */
  readonly layers: readonly (readonly string[])[]
  /** Lower layers that a layer must not import all the same. */
  readonly never?: Readonly<Record<string, readonly string[]>>
  /** Packages, per layer; `*` is for all layers. A pattern as in .gitignore. */
  readonly packages?: Readonly<Record<string, readonly string[]>>
}

const core = ['@fluxgate/core', '@fluxgate/core/*']
const react = ['react']
const reactDom = ['react', 'react-dom/*']

export const table: readonly Layers[] = [
  {
    folder: 'packages/core/src',
    layers: [
      ['internal'],
      ['model'],
      ['policies'],
      ['windows'],
      ['listeners'],
      ['engine'],
      ['calls'],
      ['circuit-breaker.ts'],
      ['registry.ts'],
      ['view', 'fetch', 'devtools', 'testing'],
      ['index.ts'],
    ],
    never: { listeners: ['policies', 'windows'], calls: ['policies', 'windows', 'listeners'] },
  },
  {
    folder: 'packages/listeners/src',
    layers: [
      ['validation.ts', 'report-to-circuit.ts', 'server-only.ts', 'counted-events.ts'],
      ['opentelemetry', 'prometheus', 'slack'],
      ['prometheus-listener.ts', 'slack-listener.ts', 'opentelemetry-listener.ts'],
      ['prometheus-server-only.ts', 'slack-server-only.ts'],
    ],
    packages: {
      '*': core,
      'prometheus-listener.ts': ['prom-client'],
      'slack-listener.ts': ['@slack/web-api'],
      'opentelemetry-listener.ts': ['@opentelemetry/api'],
    },
  },
  {
    folder: 'packages/react/src',
    layers: [
      ['circuit-view.ts', 'start-timer.ts', 'registry-additions.ts', 'rethrow.ts'],
      ['circuit-views.ts', 'retry-countdown.ts', 'retry-schedule.ts'],
      ['circuit-provider.ts'],
      ['resolved-circuits.ts'],
      ['use-circuit.ts', 'use-retry-countdown.ts'],
      ['circuit-boundary.ts'],
      ['index.ts'],
    ],
    packages: { '*': [...core, ...react] },
  },
  {
    folder: 'packages/fleet/src',
    layers: [
      ['clock.ts', 'random.ts', 'validation.ts'],
      ['store'],
      ['member'],
      ['fleet'],
      ['redis', 'tabs', 'testing'],
      ['index.ts'],
    ],
    packages: { '*': core },
  },
  {
    folder: 'devtools/src',
    layers: [
      ['protocol'],
      ['transports'],
      ['session'],
      ['panel'],
      ['extension', 'inline', 'page', 'node'],
      ['inspect'],
      ['index.ts', 'production'],
    ],
    never: {
      panel: ['protocol'],
      extension: ['protocol'],
      inline: ['protocol'],
      page: ['protocol'],
      node: ['protocol', 'session', 'panel'],
      inspect: ['protocol', 'session', 'panel'],
    },
    packages: {
      '*': core,
      protocol: ['zod', 'zod/*'],
      panel: ['react', '@tanstack/react-virtual'],
      extension: reactDom,
      inline: reactDom,
      page: reactDom,
      node: ['node:*', 'node:*/*'],
      inspect: ['node:*', 'node:*/*', 'ws'],
    },
  },
  {
    folder: 'playground',
    layers: [['src'], ['server']],
    packages: {
      '*': [...core, '@fluxgate/*', '@fluxgate/*/*'],
      src: [...reactDom, 'sugar-high/**', '@fontsource-variable/*'],
      server: [
        'prom-client',
        '@opentelemetry/*',
        'ioredis',
        '@slack/web-api',
        'sirv',
        'node:*',
        'node:*/*',
      ],
    },
  },
]

/** The only files that may read a clock, draw random numbers or call the API of extensions. */
export const clocks = [
  'packages/core/src/model/clock.ts',
  'packages/listeners/src/prometheus/scraped-metric.ts',
  'packages/fleet/src/clock.ts',
  'devtools/src/panel/app/wall-clock.ts',
]
export const random = [
  'packages/core/src/engine/breaker-options.ts',
  'packages/fleet/src/random.ts',
]
export const chrome = ['devtools/src/extension/**', 'devtools/src/transports/eval-transport.ts']
