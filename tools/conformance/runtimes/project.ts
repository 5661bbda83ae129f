import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { runProcess } from './process.ts'

const root = resolve(import.meta.dirname, '../../..')
const require = createRequire(import.meta.url)

/** Packed as they would be published. Later ones need earlier ones as peers. */
const packages = ['@fluxgate/core', '@fluxgate/listeners', '@fluxgate/react', '@fluxgate/devtools']

/** What a user of all of them would have beside them. */
const peers = ['prom-client', '@slack/web-api', 'react', 'react-dom']

/**
 * A user's project: nothing but our tarballs, their peers and the suite. It lies outside of the repository,
 * where no `node_modules` of ours can stand in for what the tarballs lack.
 */
export interface Project {
  readonly folder: string
  remove(): Promise<void>
}

/** Builds and packs the packages and installs them, the core twice: once more as `@fluxgate/core-copy`. */
export async function createProject(say: (line: string) => void): Promise<Project> {
  say(`building ${packages.join(', ')}`)
  const workspaces = packages.flatMap((name) => ['--workspace', name])
  await runProcess('npm', ['run', 'build', ...workspaces], { cwd: root })

  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-everywhere-'))
  say('installing the tarballs in an empty project')
  const archives = await pack(workspaces, folder)
  const manifest = { name: 'everywhere', private: true, type: 'module' }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const files = archives.map((file) => `./${file}`)
  const copy = `@fluxgate/core-copy@file:./${archives[0]}`
  const wanted = [...files, copy, ...peers.map(pinned)]
  await runProcess('npm', ['install', '--no-audit', '--no-fund', ...wanted], { cwd: folder })
  await bundleSuite(folder)
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** The names of the archives, in the order of the packages. */
async function pack(workspaces: readonly string[], folder: string): Promise<string[]> {
  const args = ['pack', '--json', ...workspaces, '--pack-destination', folder]
  // an array or, since npm 11, an object by name
  const packed: Record<string, { name: string; filename: string }> = JSON.parse(
    await runProcess('npm', args, { cwd: root }),
  )
  return packages.map((name) => {
    const archive = Object.values(packed).find((one) => one.name === name)
    if (!archive) throw new Error(`npm packed no ${name}`)
    return archive.filename
  })
}

/** A peer in the version that our own tests have. */
function pinned(name: string): string {
  return `${name}@${require(`${name}/package.json`).version}`
}

/** The suite as the user's own code: `server.js`, `worker.js` and `page.js`, which import our packages. */
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
    // without its paths: what is tested is what was packed
    tsconfigRaw: {},
    logLevel: 'warning',
  })
}
