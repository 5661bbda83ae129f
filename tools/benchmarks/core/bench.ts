import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { callSubjects } from './call-subjects.ts'
import { runInChromium } from './chromium.ts'
import { listenerSubjects } from './listener-subjects.ts'
import { processRunner } from './process-runner.ts'
import { report } from './report.ts'
import { type Rounds, runRounds, type SubjectResult, summarize } from './rounds.ts'
import type { RuntimeResult } from './runtime-result.ts'

// Measures the built package and its peers in alternation, and writes results.md.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '11' },
    processes: { type: 'string', default: '3' },
    'batch-ms': { type: 'string', default: '30' },
    only: { type: 'string', default: '' },
    calls: { type: 'string', default: '10000000' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    chromium: { type: 'boolean', default: false },
  },
})

const folder = import.meta.dirname
const built = join(folder, '.results')
mkdirSync(built, { recursive: true })
await build({
  entryPoints: [join(folder, 'candidate.ts'), join(folder, 'memory-child.ts')],
  outdir: built,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  tsconfigRaw: {}, // ignores the paths of tsconfig.json, so that the build is measured
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
  },
})

const pace = { rounds: Number(values.rounds), batchMs: Number(values['batch-ms']) }
const onProgress = (line: string) => process.stderr.write(`\r\u001b[K${line}`)
const results: RuntimeResult[] = []
for (const node of values.node) results.push(await runIn(node))
if (values.chromium) {
  const rounds = pace.rounds * Number(values.processes)
  results.push(await runInChromium({ only: values.only, ...pace, rounds }, onProgress))
}
onProgress('')
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`
const peers = ['opossum', 'opossum-prometheus', 'cockatiel', 'mollitia']
const versions = peers.map((name) => `${name} ${versionOf(name)}`)
const date = new Date().toISOString().slice(0, 10)
const page = report(`${date}, ${machine}`, versions.join(', '), results)
if (values.only === '') writeFileSync(join(folder, 'results.md'), page)
console.log(values.json ? JSON.stringify({ date, machine, versions, results }, null, 2) : page)

async function runIn(node: string): Promise<RuntimeResult> {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1)
  const runtime = `Node ${version}`
  const options = {
    ...pace,
    onProgress: (line: string) => onProgress(`${runtime}: ${line}`),
  }
  const subjects: SubjectResult[] = []
  for (const subject of [...callSubjects, ...listenerSubjects]) {
    if (!subject.name.includes(values.only)) continue
    const file = join(built, 'candidate.mjs')
    const processes: Rounds[] = []
    // V8 optimizes the same code differently from process to process
    for (let i = 0; i < Number(values.processes); i++) {
      const runners = await Promise.all(
        subject.candidates.map(({ name }) => processRunner(node, file, subject.name, name)),
      )
      processes.push(await runRounds(subject.name, runners, options))
      for (const runner of runners) runner.end()
    }
    subjects.push(summarize(subject, processes))
  }
  if (values.only !== '') return { runtime, subjects }
  options.onProgress(`memory, and ${values.calls} calls`)
  const memory = fork(join(built, 'memory-child.mjs'), [values.calls], {
    execPath: node,
    execArgv: ['--expose-gc'],
  })
  const [message] = await once(memory, 'message')
  return { runtime, subjects, ...message }
}

function versionOf(name: string): string {
  const path = join(folder, '../../../node_modules', name, 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).version
}
