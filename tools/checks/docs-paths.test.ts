import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { publicPackages } from './public-packages.ts'

const root = resolve(import.meta.dirname, '../..')
const sourceFolders = 'packages|devtools|playground|e2e|tools|\\.github|\\.changeset'

/** Paths from the root, in code spans and links. Patterns (`*`) and placeholders (`NAME`) are no paths. */
function namedPaths(file: string): string[] {
  const text = readFileSync(resolve(root, file), 'utf8')
  const paths = [...text.matchAll(new RegExp(`[\`(]((?:${sourceFolders})/[^\`)#\\s]*)`, 'g'))]
  return paths.map(([, path = '']) => path).filter((path) => !/[*…]|NAME|packages\/vue/.test(path))
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names files that exist', (file) => {
  const paths = namedPaths(file)
  expect(paths.length).toBeGreaterThan(15)
  expect(paths.filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})

/** The ids that GitHub gives the headings of a page. */
function anchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

const tools = readdirSync(resolve(root, 'tools')).map((name) => `tools/${name}`)
const benchmarks = ['core', 'listeners', 'react'].map((name) => `tools/benchmarks/${name}`)
const folders = [
  '.',
  ...publicPackages.flatMap((path) => [path, `${path}/docs`]),
  ...[...tools, ...benchmarks, 'tools/conformance/runtimes'],
]
const pages = folders
  .filter((folder) => existsSync(resolve(root, folder)))
  .flatMap((folder) => readdirSync(resolve(root, folder)).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.md'))

test('there are pages with links', () => {
  expect(pages.length).toBeGreaterThan(12)
})

test.each(pages)('%s links to files and headings that exist', (page) => {
  const text = readFileSync(resolve(root, page), 'utf8')
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const isBroken = (link: string) => {
    if (/^https?:/.test(link)) return false
    const [path = '', heading] = link.split('#')
    const target = path === '' ? resolve(root, page) : resolve(root, dirname(page), path)
    if (!existsSync(target)) return true
    return heading !== undefined && !anchors(readFileSync(target, 'utf8')).includes(heading)
  }
  expect(links.filter(isBroken)).toEqual([])
})

/** The scripts of a workspace by its name; without a name, those of the repository. */
function scriptsOf(workspace: string | undefined): Readonly<Record<string, string>> {
  const manifests = ['.', 'playground', ...publicPackages, ...tools]
    .map((folder) => resolve(root, folder, 'package.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
  return manifests.find(({ name }) => name === (workspace ?? 'fluxgate'))?.scripts ?? {}
}

test.each(pages)('%s names npm scripts that exist', (page) => {
  const text = readFileSync(resolve(root, page), 'utf8')
  const commands = text.matchAll(/npm run ([\w:-]+)(?: (?:-w|--workspace) ([\w@/-]+))?/g)
  const unknown = [...commands].filter(
    ([, name = '', workspace]) => !(name in scriptsOf(workspace)),
  )
  expect(unknown.map(([command]) => command)).toEqual([])
})
