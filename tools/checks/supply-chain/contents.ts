import { posix } from 'node:path'

/** A packed package: its files by path, and the sources it was built from. */
export interface PackedPackage {
  readonly manifest: Readonly<Record<string, unknown>>
  readonly files: ReadonlyMap<string, string>
  /** Paths from the folder of the package: `src/index.ts`. */
  readonly sources: ReadonlySet<string>
  /** Further files that it must contain. */
  readonly extras?: readonly string[]
  /** The names of its allowed dependencies. Default: none. */
  readonly dependencies?: readonly string[]
}

// the scripts that npm runs when it installs a package from the registry or from git
const installScripts = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
]

const dependencyLists = ['dependencies', 'optionalDependencies', 'bundleDependencies']

/** The differences from the expected contents, one line each. */
export function faultsOf({
  manifest,
  files,
  sources,
  extras = [],
  dependencies = [],
}: PackedPackage): string[] {
  const faults: string[] = []
  for (const script of installScripts) {
    const { scripts = {} } = manifest as { scripts?: Record<string, string> }
    if (script in scripts) faults.push(`package.json has the script '${script}'`)
  }
  for (const list of dependencyLists) {
    const names = Object.keys(manifest[list] ?? {}).filter((name) => !dependencies.includes(name))
    if (names.length > 0) faults.push(`package.json has ${list}: ${names.join(', ')}`)
  }
  for (const required of ['package.json', 'README.md', 'LICENSE', ...extras]) {
    if (!files.has(required)) faults.push(`${required} is missing`)
  }
  for (const [path, text] of files) {
    if (extras.includes(path)) continue
    if (path.endsWith('.js.map')) faults.push(...mapFaults(path, text, sources))
    else if (/\.(js|d\.ts)$/.test(path)) faults.push(...codeFaults(path, text, files, sources))
    else if (!['package.json', 'README.md', 'LICENSE'].includes(path)) {
      faults.push(`${path} must not be published`)
    }
  }
  return faults
}

function codeFaults(
  path: string,
  text: string,
  files: ReadonlyMap<string, string>,
  sources: ReadonlySet<string>,
): string[] {
  if (sourceOf(path, sources) === undefined) return [`${path} has no source`]
  const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(text)?.[1]
  if (map === undefined) return []
  return files.has(posix.join(posix.dirname(path), map))
    ? []
    : [`${path}: its source map ${map} is missing`]
}

/** The package contains no sources, so a source map must contain them. */
function mapFaults(path: string, text: string, sources: ReadonlySet<string>): string[] {
  const map = JSON.parse(text) as { sources: string[]; sourcesContent?: (string | null)[] }
  return map.sources.flatMap((source, i) => {
    const file = posix.join(posix.dirname(path), source)
    if (!sources.has(file)) return [`${path} names ${source}, which is not a source of the package`]
    return map.sourcesContent?.[i] ? [] : [`${path} names ${source} without its content`]
  })
}

/** The source of a built file, or `undefined`. */
export function sourceOf(path: string, sources: ReadonlySet<string>): string | undefined {
  const [, stem] = /^dist\/(.*?)\.(?:d\.ts|js)$/.exec(path) ?? []
  return [`src/${stem}.ts`, `src/${stem}.tsx`, `src/${stem}`].find((source) => sources.has(source))
}
