import { execFileSync, execSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { publicPackages } from './public-packages.ts'

/**
 * Packs every public package as npm would publish it and checks the tarball with publint and attw. Then
 * unpacks it, imports each subpath in plain Node, and type-checks its declarations in a project with the
 * types of a page. The listeners also get the types of Node, which Slack's client needs.
 */
const root = resolve(import.meta.dirname, '../..')
const project = join(root, '.results/packed')
const unpacked = join(project, 'node_modules')
rmSync(project, { recursive: true, force: true })

for (const path of publicPackages) {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
  const { name, exports, peerDependencies = {} } = manifest
  const folder = basename(path)

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
  if (peerDependencies.react !== undefined) {
    // so that a server component can render what it exports
    const entry = readFileSync(join(target, exports['.'].import), 'utf8')
    const isMarked = /^['"]use client['"]/.test(entry)
    if (!isMarked) process.exitCode = 1
    console.log(`${exports['.'].import} begins with 'use client': ${isMarked ? 'yes' : 'NO'}`)
  }
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
