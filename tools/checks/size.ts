import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'

/** A size limit of the built packages: bundled, minified and brotli-compressed. 1 kB is 1,000 bytes. */
interface Budget {
  what: string
  code: string
  /** Code that the page already contains. Only the difference counts. */
  onTopOf?: string
  maxBytes: number
  /** The READMEs do not quote it. */
  unquoted?: true
}

const core = "export * from '@fluxgate/core'"

const budgets: Budget[] = [
  {
    what: 'a breaker with its usual rules',
    code: "export { CircuitBreaker, countWindow, minRequests, failureRate, cooldown } from '@fluxgate/core'",
    maxBytes: 13_000,
  },
  { what: 'all of core', code: core, maxBytes: 17_900 },
  {
    what: 'fetch, on top of core',
    code: `${core}; export * from '@fluxgate/core/fetch'`,
    onTopOf: core,
    maxBytes: 3_500,
  },
  {
    what: 'devtoolsListener, on top of core',
    code: `${core}; export { devtoolsListener } from '@fluxgate/core/devtools'`,
    onTopOf: core,
    maxBytes: 1_500,
  },
  {
    what: 'react, on top of core and React',
    code: `${core}; export * from '@fluxgate/react'`,
    onTopOf: core,
    maxBytes: 2_900,
  },
  {
    what: 'circuits shared through Redis, on top of core',
    code: `${core}; export { redisFleet } from '@fluxgate/fleet/redis'`,
    onTopOf: core,
    maxBytes: 10_100,
    unquoted: true,
  },
  {
    what: 'circuits shared by tabs, on top of core',
    code: `${core}; export { tabFleet } from '@fluxgate/fleet/tabs'`,
    onTopOf: core,
    maxBytes: 1_600,
    unquoted: true,
  },
  {
    what: 'the server listeners, in a page',
    code: "export * from '@fluxgate/listeners/prometheus'; export * from '@fluxgate/listeners/slack'",
    maxBytes: 650,
    unquoted: true,
  },
]

const quotable: string[] = []
for (const { what, code, onTopOf, maxBytes, unquoted } of budgets) {
  const bytes = (await bundledBytes(code)) - (onTopOf ? await bundledBytes(onTopOf) : 0)
  const over = bytes > maxBytes
  if (over) process.exitCode = 1
  if (!unquoted) quotable.push(`${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`) // rounded up
  console.log(`${over ? '✗' : '✓'} ${what.padEnd(32)} ${kB(bytes)} of ${kB(maxBytes)}`)
}

for (const file of ['README.md', 'README.ko.md']) {
  const page = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const quoted = [...page.matchAll(/^\|.*\| (\d+\.\d kB) \|$/gm)].map(([, size]) => size)
  if (quoted.join() === quotable.join()) continue
  process.exitCode = 1
  console.log(`✗ ${file} quotes ${quoted.join(', ')}, measured ${quotable.join(', ')}`)
}

const ofReact = `${quotable.at(-1)} in addition to core`
if (
  !readFileSync(new URL('../../packages/react/README.md', import.meta.url), 'utf8').includes(
    ofReact,
  )
) {
  process.exitCode = 1
  console.log(`✗ packages/react/README.md does not say: ${ofReact}`)
}

async function bundledBytes(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react'],
    logLevel: 'error',
    write: false,
    // Ignores the paths of tsconfig.json, so that the build is measured.
    tsconfigRaw: {},
  })
  return brotliCompressSync(outputFiles[0]?.contents ?? '').byteLength
}

function kB(bytes: number): string {
  return `${(bytes / 1_000).toFixed(2).padStart(6)} kB`
}
