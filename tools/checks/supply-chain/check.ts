import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { publicPackages } from '../public-packages.ts'
import { allowedCapabilities } from './allowed-capabilities.ts'
import { type Capability, capabilitiesOf } from './capabilities.ts'
import { faultsOf, sourceOf } from './contents.ts'

/**
 * Packs every public package and checks its files: only the expected ones, no install script, no
 * capability that allowed-capabilities.ts does not list. Of the devtools it also checks the sources of
 * the browser extension, which npm does not publish.
 */
const root = resolve(import.meta.dirname, '../../..')
const extras: Readonly<Record<string, readonly string[]>> = {
  'packages/listeners': ['monitoring/alert-rules.yml', 'monitoring/grafana-dashboard.json'],
  // the panel as a page, bundled for servers
  devtools: ['dist/page/index.html', 'dist/page/index.js', 'dist/page/icon.svg'],
}
const dependencies: Readonly<Record<string, readonly string[]>> = {
  devtools: ['@tanstack/react-virtual', 'ws', 'zod'],
}
const notShipped = /\.(test|test-d|contract)\.tsx?$/

const faults: string[] = []
const used = new Map<string, Set<Capability>>()
for (const folder of publicPackages) {
  const files = unpack(folder)
  const sources = new Set(sourcesOf(folder).map((path) => `src/${path}`))
  const manifest = JSON.parse(files.get('package.json') ?? '{}')
  const found = faultsOf({
    manifest,
    files,
    sources,
    extras: extras[folder] ?? [],
    dependencies: dependencies[folder] ?? [],
  })
  faults.push(...found.map((fault) => `${folder}: ${fault}`))
  for (const [path, text] of files) {
    if (text.includes(root)) faults.push(`${folder}: ${path} contains a path of this machine`)
    const source = path.endsWith('.js') ? sourceOf(path, sources) : undefined
    if (source !== undefined) used.set(`${folder}/${source}`, capabilitiesOf(path, text))
  }
  console.log(`${folder}: ${files.size} files packed`)
}
for (const path of sourcesOf('devtools').filter((path) => !path.endsWith('.css'))) {
  const file = `devtools/src/${path}`
  used.set(file, capabilitiesOf(file, readFileSync(join(root, file), 'utf8')))
}

for (const file of new Set([...used.keys(), ...Object.keys(allowedCapabilities)])) {
  const allowed = allowedCapabilities[file] ?? {}
  const capabilities = used.get(file) ?? new Set()
  for (const capability of capabilities) {
    if (allowed[capability] === undefined) faults.push(`${file} must not use ${capability}`)
  }
  for (const capability of Object.keys(allowed)) {
    if (!capabilities.has(capability as Capability)) {
      faults.push(`${file} does not use ${capability}, which allowed-capabilities.ts lists`)
    }
  }
}
console.log(
  `${used.size} files read, ${Object.keys(allowedCapabilities).length} with allowed capabilities`,
)
for (const fault of faults) console.error(`✗ ${fault}`)
if (faults.length > 0 || used.size < 100) process.exitCode = 1

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(tsx?|css)$/.test(path) && !notShipped.test(path),
  )
}

/** The files that npm would publish, by their path in the package. */
function unpack(folder: string): Map<string, string> {
  const target = join(root, '.results/supply-chain', folder)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  execFileSync('npm', ['pack', '--workspace', folder, '--pack-destination', target], {
    cwd: root,
    stdio: 'ignore',
  })
  const [archive = ''] = readdirSync(target)
  execFileSync('tar', ['-xzf', join(target, archive), '-C', target])
  const files = readdirSync(join(target, 'package'), { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [path.slice(join(target, 'package/').length), readFileSync(path, 'utf8')]),
  )
}
