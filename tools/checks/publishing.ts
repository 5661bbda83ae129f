import { execFileSync, execSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Packs every public package as it would be published, has publint and attw judge the archive, unpacks it,
 * imports each of its subpaths in plain Node, and checks its declarations in a project that has none but
 * those of a page; for the listeners also those of Node, which Slack's ask for.
 */
const root = resolve(import.meta.dirname, '../..')
const project = join(root, '.results/packed')
const unpacked = join(project, 'node_modules')
rmSync(project, { recursive: true, force: true })

for (const folder of readdirSync(join(root, 'packages'))) {
  const manifest = join(root, 'packages', folder, 'package.json')
  if (!existsSync(manifest)) continue
  const { name, exports, private: isPrivate } = JSON.parse(readFileSync(manifest, 'utf8'))
  if (isPrivate) continue

  console.log(`\n${name}`)
  const target = join(unpacked, name)
  mkdirSync(target, { recursive: true })
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--workspace', name, '--pack-destination', unpacked], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const archive = join(unpacked, filename)
  attempt(`publint run ${archive} --strict`)
  attempt(`attw ${archive} --profile esm-only`)
  execFileSync('tar', [
    '--extract',
    '--file',
    archive,
    '--directory',
    target,
    '--strip-components=1',
  ])
  const specifiers = Object.keys(exports).map((subpath) => name + subpath.slice(1))
  for (const specifier of specifiers) {
    const code = `console.log('import', '${specifier}', Object.keys(await import('${specifier}')).length, 'names')`
    attempt(`node --input-type=module --eval "${code}"`, project)
  }
  const stars = specifiers.map((specifier, nth) => `export * as a${nth} from '${specifier}'\n`)
  writeFileSync(join(project, `${folder}.ts`), stars.join(''))
  writeFileSync(
    join(project, `${folder}.json`),
    JSON.stringify({
      compilerOptions: {
        lib: ['ES2022', 'DOM'],
        types: folder === 'listeners' ? ['node'] : [],
        module: 'NodeNext',
        noEmit: true,
      },
      files: [`${folder}.ts`],
    }),
  )
  attempt(`tsc --project ${join(project, folder)}.json`)
}

function attempt(command: string, cwd = root): void {
  try {
    execSync(command, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  } catch {
    process.exitCode = 1
  }
}
