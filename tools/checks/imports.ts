import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chrome, clocks, type Layers, random, table } from './import-table.ts'

const shipped = [
  ...table.map(({ folder }) => `${folder}/**`),
  '!playground/{test,bench,scripts,dist}/**',
]
const exempt = ['test', 'test-d', 'contract', 'config', 'd'].map((kind) => `!**/*.${kind}.{ts,tsx}`)

interface Override {
  includes: readonly string[]
  linter: { rules: object }
}

/** Rules for the files of one layer; a folder has one more for its inner folders. */
function restrictLayer(entry: Layers, layer: string): Override[] {
  const { folder, layers, never = {}, packages = {} } = entry
  const level = layers.findIndex((names) => names.includes(layer))
  const below = layers
    .slice(0, level)
    .flat()
    .filter((name) => !never[layer]?.includes(name))
    .map(glob)
  const named = [...(packages['*'] ?? []), ...(packages[layer] ?? [])]
  const from = (up: string) => [...below.map((name) => up + name), ...named]
  if (isFile(layer)) return [restrictImports(`${folder}/${layer}`, from('./'))]
  return [
    restrictImports(`${folder}/${layer}/**`, ['./**', ...from('../')]),
    restrictImports(`${folder}/${layer}/*/**`, ['./**', '../*', '../*/*', ...from('../../')]),
  ]
}

function restrictImports(files: string, allowed: readonly string[]): Override {
  const group = ['**', ...allowed.map((pattern) => `!${pattern}`)]
  const message = 'This layer must not import it: see the table in tools/checks/import-table.ts.'
  const options = { patterns: [{ group, message }] }
  return {
    includes: [`**/${files}`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options } } } },
  }
}

function restrictProperties(files: readonly string[], names: readonly string[]): Override {
  const entries = names.map((name) => {
    const [object, property] = name.split('.')
    return { object, property }
  })
  const rule = entries.length === 0 ? 'off' : { level: 'error', options: { entries } }
  return {
    includes: files.map((file) => `**/${file}`),
    linter: { rules: { nursery: { noJsRestrictedProperties: rule } } },
  }
}

const isFile = (name: string) => /\.tsx?$/.test(name)
const glob = (name: string) => (isFile(name) ? name : `${name}/**`)

/** Later overrides replace earlier ones: a file outside all layers may import nothing. */
function biomeConfiguration() {
  return {
    root: true,
    files: { includes: [...shipped.map((files) => files.replace(/^(!?)/, '$1**/')), ...exempt] },
    linter: {
      rules: {
        preset: 'none',
        suspicious: { noImportCycles: { level: 'error', options: { ignoreTypes: false } } },
        style: {
          noRestrictedGlobals: {
            level: 'error',
            options: { deniedGlobals: { chrome: 'Only the extension may use it.' } },
          },
        },
      },
    },
    overrides: [
      ...table.flatMap((entry) => [
        restrictImports(`${entry.folder}/**`, []),
        ...entry.layers.flat().flatMap((layer) => restrictLayer(entry, layer)),
      ]),
      restrictProperties(['*/**'], ['Date.now', 'performance.now', 'Math.random']),
      restrictProperties(clocks, ['Math.random']),
      restrictProperties(random, ['Date.now', 'performance.now']),
      restrictProperties(['playground/**'], []),
      {
        includes: chrome.map((files) => `**/${files}`),
        linter: { rules: { style: { noRestrictedGlobals: 'off' } } },
      },
    ],
  }
}

interface Report {
  readonly summary: { readonly unchanged: number }
  readonly diagnostics: readonly {
    readonly severity: string
    readonly message: string
    readonly location: { readonly path: string; readonly start: { readonly line: number } }
  }[]
}

/**
 * Checks the shipped sources below `root`.
 *
 * @returns how many files were read, and one line per violation: `path:line message`
 * @throws Error when Biome does not accept its configuration
 */
export function checkImports(root: string): { files: number; violations: string[] } {
  const file = join(root, '.results/imports.json')
  mkdirSync(join(root, '.results'), { recursive: true })
  writeFileSync(file, JSON.stringify(biomeConfiguration()))
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const folders = readdirSync(root).filter((name) => /^(packages|devtools|playground)$/.test(name))
  const options = ['--config-path', file, '--max-diagnostics=none', '--reporter=json']
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', ...options, ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr)
  const { summary, diagnostics }: Report = JSON.parse(stdout.split('\n')[0] ?? '')
  return {
    files: summary.unchanged,
    // a suppression of another lint rule has no effect here, which is only a warning
    violations: diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ location, message }) => `${location.path}:${location.start.line} ${message}`)
      .sort(),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { files, violations } = checkImports(resolve(import.meta.dirname, '../..'))
  for (const violation of violations) console.error(`✗ ${violation}`)
  console.log(`${files} files, ${violations.length} forbidden imports`)
  process.exitCode = violations.length > 0 || files < 100 ? 1 : 0
}
