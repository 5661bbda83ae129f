import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { granted } from './allowed-capabilities.ts'
import { type Power, powersOf } from './capabilities.ts'
import { faultsOf, sourceOf } from './contents.ts'

/**
 * Packs what is published and looks at every file in it: nothing but what belongs there, no script
 * that runs on installing, no code that does what SECURITY.md says it does not do. The devtools are
 * installed otherwise, so of them the sources are looked at.
 */
const root = resolve(import.meta.dirname, '../../..')
const folders: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/listeners': ['monitoring/alert-rules.yml', 'monitoring/grafana-dashboard.json'],
  'packages/react': [],
}
const notShipped = /\.(test|test-d|contract)\.tsx?$/

const faults: string[] = []
const used = new Map<string, Set<Power>>()
for (const [folder, extras] of Object.entries(folders)) {
  const files = unpack(folder)
  const sources = new Set(sourcesOf(folder).map((path) => `src/${path}`))
  const manifest = JSON.parse(files.get('package.json') ?? '{}')
  const found = faultsOf({ manifest, files, sources, extras })
  faults.push(...found.map((fault) => `${folder}: ${fault}`))
  for (const [path, text] of files) {
    if (text.includes(root)) faults.push(`${folder}: ${path} names a folder of this machine`)
    const source = path.endsWith('.js') ? sourceOf(path, sources) : undefined
    if (source !== undefined) used.set(`${folder}/${source}`, powersOf(path, text))
  }
  console.log(`${folder}: ${files.size} files packed`)
}
for (const path of sourcesOf('devtools')) {
  const file = `devtools/src/${path}`
  used.set(file, powersOf(file, readFileSync(join(root, file), 'utf8')))
}

for (const file of new Set([...used.keys(), ...Object.keys(granted)])) {
  const grants = granted[file] ?? {}
  const powers = used.get(file) ?? new Set()
  for (const power of powers) {
    if (grants[power] === undefined) faults.push(`${file} uses ${power}, which nobody granted it`)
  }
  for (const power of Object.keys(grants)) {
    if (!powers.has(power as Power)) faults.push(`${file} is granted ${power} and uses it not`)
  }
}
console.log(`${used.size} shipped files read, ${Object.keys(granted).length} with powers granted`)
for (const fault of faults) console.error(`✗ ${fault}`)
if (faults.length > 0 || used.size < 100) process.exitCode = 1

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.tsx?$/.test(path) && !notShipped.test(path),
  )
}

/** What npm would publish, by its path in the package. */
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
