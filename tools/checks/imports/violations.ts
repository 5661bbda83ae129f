import { posix } from 'node:path'
import type { Layer, Rules } from './rules.ts'
import type { SourceFile } from './source-file.ts'

/** One line for each broken rule; none when all is well. */
export function violations(all: SourceFile[], rules: Rules): string[] {
  const { files, unused } = withoutExceptions(all, rules)
  const known = new Set(files.map((file) => file.path))
  return [
    ...unused,
    ...files.flatMap((file) => [
      ...lostImports(file, known),
      ...wallsCrossed(file),
      ...roomsLeft(file, rules),
      ...layersClimbed(file, rules),
    ]),
    ...cycles(files),
  ]
}

/** An exception that no file needs any more is a broken rule too. */
function withoutExceptions(all: SourceFile[], { exceptions }: Rules) {
  const unused = new Set(Object.keys(exceptions))
  const files = all.map((file) => ({
    ...file,
    imports: file.imports.filter((specifier) => {
      const edge = `${file.path} → ${specifier}`
      unused.delete(edge)
      return !(edge in exceptions)
    }),
  }))
  return { files, unused: [...unused].map((edge) => `exception for nothing: ${edge}`) }
}

function lostImports(file: SourceFile, known: Set<string>): string[] {
  return neighbours(file)
    .filter((target) => !known.has(target) && /\.tsx?$|\/[^.]*$/.test(target))
    .map((target) => `${file.path} imports ${target}, which is no source file`)
}

/** A package is entered by its name, never by a path. */
function wallsCrossed(file: SourceFile): string[] {
  return neighbours(file)
    .filter((target) => workspaceOf(target) !== workspaceOf(file.path))
    .map((target) => `${file.path} reaches into another package: ${target}`)
}

function roomsLeft(file: SourceFile, { rooms, members }: Rules): string[] {
  const strangers = file.imports
    .filter((specifier) => !specifier.startsWith('.'))
    .filter((specifier) => !isIn(file.path, rooms[packageOf(specifier)] ?? []))
    .map((specifier) => `${file.path} may not import ${specifier}`)
  const uses = file.members.flatMap((member) => {
    const allowed = members[member] ?? members[member.replace(/\..*/, '.*')]
    return allowed && !isIn(file.path, allowed) ? [`${file.path} may not use ${member}`] : []
  })
  return [...strangers, ...uses]
}

function layersClimbed(file: SourceFile, rules: Rules): string[] {
  const home = rules.layers.find(({ folder }) => file.path.startsWith(folder))
  if (!home) return []
  const place = (path: string) => path.slice(home.folder.length)
  const levelOf = (path: string) => home.layers.findIndex(({ files }) => isIn(place(path), files))
  const level = levelOf(file.path)
  const layer = home.layers[level]
  if (!layer) return [`${file.path} has no layer: name one in e2e/imports/rules.ts`]

  return neighbours(file)
    .filter((target) => target.startsWith(home.folder) && levelOf(target) >= 0)
    .flatMap((target) => {
      const edge = `${file.path} (${layer.name}) imports ${target}`
      if (levelOf(target) > level) return [`${edge}, which is above it`]
      if (isIn(place(target), layer.never ?? [])) return [`${edge}, which it may not know`]
      const next = levelOf(target) === level && layer.apart
      return next && entryOf(place(target), layer) !== entryOf(place(file.path), layer)
        ? [`${edge}, from which it is kept apart`]
        : []
    })
}

/** Each cycle once, as the path that leads round it. Types count: a cycle of types is two subjects in one. */
function cycles(files: SourceFile[]): string[] {
  const edges = new Map(files.map((file) => [file.path, neighbours(file)]))
  const found: string[] = []
  const done = new Set<string>()
  const follow = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      const round = [...trail.slice(trail.indexOf(path)), path]
      found.push(`cycle: ${round.join(' → ')}`)
    } else if (!done.has(path)) {
      for (const target of edges.get(path) ?? []) follow(target, [...trail, path])
      done.add(path)
    }
  }
  for (const path of edges.keys()) follow(path, [])
  return found
}

/** The files it imports by path. */
function neighbours({ path, imports }: SourceFile): string[] {
  return imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(path), specifier.replace(/\?.*/, '')))
}

function isIn(path: string, places: string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

function entryOf(path: string, layer: Layer): string | undefined {
  return layer.files.find((entry) => isIn(path, [entry]))
}

function workspaceOf(path: string): string | undefined {
  return path.match(/^(packages\/[^/]+|[^/]+)\//)?.[1]
}

/** `@scope/name/sub/path` → `@scope/name`; everything of Node's own is `node:`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  return specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier
}
