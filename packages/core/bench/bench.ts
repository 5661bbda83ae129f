import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { report } from './report.ts'
import type { RuntimeResult } from './runtime-result.ts'

// Measures the built package against its peers, each contender in turn, and writes results.md.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    'batch-ms': { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    calls: { type: 'string', default: '10000000' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
  },
})

const folder = import.meta.dirname
const bundle = join(folder, '.results', 'child.mjs')
mkdirSync(join(folder, '.results'), { recursive: true })
await build({
  entryPoints: [join(folder, 'child.ts')],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  tsconfigRaw: {}, // without the paths of our tsconfig.json: the build is measured, not the source
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
  },
})

const results = values.node.map((node) => runIn(node))
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`
const versions = ['opossum', 'cockatiel', 'mollitia'].map((name) => `${name} ${versionOf(name)}`)
const page = report(machine, versions.join(', '), results)
if (values.only === '') writeFileSync(join(folder, 'results.md'), page)
console.log(values.json ? JSON.stringify({ machine, versions, results }, null, 2) : page)

function runIn(node: string): RuntimeResult {
  const args = ['--expose-gc', bundle, values.rounds, values['batch-ms'], values.calls, values.only]
  const { status, stdout } = spawnSync(node, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`the benchmark ended with ${status} in ${node}`)
  return JSON.parse(stdout)
}

function versionOf(name: string): string {
  const path = join(folder, '../../../node_modules', name, 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).version
}
