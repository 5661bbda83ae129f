import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import type { ConformanceReport } from '../suite/run-conformance.ts'
import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, stopProcess, versionIn } from './process.ts'
import type { Project } from './project.ts'
import { type Runtime, runTimeoutMs } from './runtime.ts'

/** A compatibility date with Node's modules enabled by default. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suite", worker = .suite)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);
const suite :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
);
`

export const workerdRuntime: Runtime = {
  name: 'workerd',
  async prepare() {
    const program = await ensureNpmProgram('workerd', npmPrograms.workerd)
    return {
      version: versionIn(await runProcess(program, ['--version'])),
      run: (project) => run(program, project),
    }
  },
}

async function run(program: string, project: Project): Promise<ConformanceReport> {
  const folder = join(project.folder, 'workerd')
  await bundle(project, folder)
  await writeFile(join(folder, 'config.capnp'), config)
  const child = spawn(program, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  }
  try {
    const port = await Promise.race([
      portOf(child.stdio[3] as Readable),
      endOf(once(child, 'exit')),
    ])
    const signal = AbortSignal.timeout(runTimeoutMs)
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal })
    if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}`)
    return await response.json()
  } catch (error) {
    throw new Error(`workerd sent no report: ${error}\n${output.join('').trimEnd()}`)
  } finally {
    await stopProcess(child)
  }
}

/** Bundles as Cloudflare's `wrangler` does: the same conditions, with Node's modules external. */
async function bundle(project: Project, folder: string): Promise<void> {
  await build({
    entryPoints: [join(project.folder, 'worker.js')],
    outdir: folder,
    bundle: true,
    conditions: ['workerd', 'worker', 'browser'],
    platform: 'browser',
    external: [...builtinModules, 'node:*'],
    format: 'esm',
    target: 'es2022',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire('/');",
    },
    logLevel: 'warning',
  })
}

/** workerd chooses a free port and writes it to the control channel. */
async function portOf(control: Readable): Promise<number> {
  const [line] = await once(control.setEncoding('utf8'), 'data')
  return JSON.parse(line).port
}

async function endOf(exit: Promise<unknown[]>): Promise<never> {
  const [code] = await exit
  throw new Error(`ended with ${code}`)
}
