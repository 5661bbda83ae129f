import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { runProcess } from './process.ts'

const root = resolve(import.meta.dirname, '../../..')

/** The packages to pack, in the order of their peer dependencies. */
const packages = [
  '@fluxgate/core',
  '@fluxgate/listeners',
  '@fluxgate/react',
  '@fluxgate/fleet',
  '@fluxgate/devtools',
]

/** The peers that a user installs with them. */
const peers = ['@opentelemetry/api', 'prom-client', '@slack/web-api', 'react', 'react-dom']

/**
 * A project like a user's: the packed tarballs, their peers and the suite. It is outside the repository,
 * so that the repository's `node_modules` cannot hide a missing dependency.
 */
export interface Project {
  readonly folder: string
  remove(): Promise<void>
}

/** Builds, packs and installs the packages. The core is installed twice, also as `@fluxgate/core-copy`. */
export async function createProject(log: (line: string) => void): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-runtimes-'))
  const tarballs = await packPackages(folder, log)
  log('installing the tarballs in an empty project')
  const manifest = { name: 'fluxgate-runtimes', private: true, type: 'module' }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const copy = `@fluxgate/core-copy@file:${tarballs['@fluxgate/core']}`
  const specs = [...Object.values(tarballs), copy, ...peers.map(pinned)]
  await runProcess('npm', ['install', '--no-audit', '--no-fund', ...specs], { cwd: folder })
  await bundleSuite(folder)
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** Builds and packs the packages. Returns the paths of the tarballs by package name. */
export async function packPackages(
  folder: string,
  log: (line: string) => void,
): Promise<Record<string, string>> {
  log(`building ${packages.join(', ')}`)
  const workspaces = packages.flatMap((name) => ['--workspace', name])
  await runProcess('npm', ['run', 'build', ...workspaces], { cwd: root })
  const args = ['pack', '--json', ...workspaces, '--pack-destination', folder]
  // npm 10 returns an array, npm 11 an object by name
  const packed: Record<string, { name: string; filename: string }> = JSON.parse(
    await runProcess('npm', args, { cwd: root }),
  )
  const paths = packages.map((name) => {
    const archive = Object.values(packed).find((one) => one.name === name)
    if (!archive) throw new Error(`npm packed no ${name}`)
    return [name, join(folder, archive.filename)]
  })
  return Object.fromEntries(paths)
}

/** A peer in the version that the repository has installed. */
function pinned(name: string): string {
  // as a file: some packages do not export their package.json
  const file = join(root, 'node_modules', name, 'package.json')
  return `${name}@${JSON.parse(readFileSync(file, 'utf8')).version}`
}

/** Bundles the suite to `server.js`, `worker.js` and `page.js`, which import the installed packages. */
async function bundleSuite(folder: string): Promise<void> {
  await build({
    entryPoints: ['server', 'worker', 'page'].map((name) =>
      resolve(import.meta.dirname, `entries/${name}.ts`),
    ),
    outdir: folder,
    bundle: true,
    external: [...packages, '@fluxgate/core-copy'],
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    // ignores the paths of tsconfig.json, so that the tarballs are tested
    tsconfigRaw: {},
    logLevel: 'warning',
  })
}
