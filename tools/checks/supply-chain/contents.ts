import { posix } from 'node:path'

/** A package as it is published: its files by their path in it, and which sources it was built from. */
export interface PackedPackage {
  readonly manifest: Readonly<Record<string, unknown>>
  readonly files: ReadonlyMap<string, string>
  /** Paths from the folder of the package: `src/index.ts`. */
  readonly sources: ReadonlySet<string>
  /** What may be in it besides. */
  readonly extras?: readonly string[]
}

// what npm runs when a package is installed, from the registry or from git
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

/** What is wrong with it: empty when it holds what it should and nothing else. */
export function faultsOf({ manifest, files, sources, extras = [] }: PackedPackage): string[] {
  const faults: string[] = []
  for (const script of installScripts) {
    const { scripts = {} } = manifest as { scripts?: Record<string, string> }
    if (script in scripts) faults.push(`package.json has the script '${script}'`)
  }
  for (const list of dependencyLists) {
    const names = Object.keys(manifest[list] ?? {})
    if (names.length > 0) faults.push(`package.json has ${list}: ${names.join(', ')}`)
  }
  for (const required of ['package.json', 'README.md', 'LICENSE', ...extras]) {
    if (!files.has(required)) faults.push(`${required} is missing`)
  }
  for (const [path, text] of files) {
    if (path.endsWith('.js.map')) faults.push(...mapFaults(path, text, sources))
    else if (/\.(js|d\.ts)$/.test(path)) faults.push(...codeFaults(path, text, files, sources))
    else if (!['package.json', 'README.md', 'LICENSE', ...extras].includes(path)) {
      faults.push(`${path} should not be in it`)
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
  if (sourceOf(path, sources) === undefined) return [`${path} is built from no source`]
  const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(text)?.[1]
  if (map === undefined) return []
  return files.has(posix.join(posix.dirname(path), map))
    ? []
    : [`${path}: its map ${map} is absent`]
}

/** A map is of use only with the sources in it: they are not in the package. */
function mapFaults(path: string, text: string, sources: ReadonlySet<string>): string[] {
  const map = JSON.parse(text) as { sources: string[]; sourcesContent?: (string | null)[] }
  return map.sources.flatMap((source, i) => {
    const file = posix.join(posix.dirname(path), source)
    if (!sources.has(file)) return [`${path} points to ${source}, which is none of its sources`]
    return map.sourcesContent?.[i] ? [] : [`${path} points to ${source} and does not hold it`]
  })
}

/** Where a built file comes from, if from anything that may be published. */
export function sourceOf(path: string, sources: ReadonlySet<string>): string | undefined {
  const [, stem] = /^dist\/(.*?)\.(?:d\.ts|js)$/.exec(path) ?? []
  return [`src/${stem}.ts`, `src/${stem}.tsx`].find((source) => sources.has(source))
}
