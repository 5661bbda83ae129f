import { execFileSync, execSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Packs every public package as it would be published, has publint and attw judge the archive, unpacks it
 * and imports each of its subpaths in plain Node.
 */
const root = resolve(import.meta.dirname, '../..')
const unpacked = join(root, '.results/packed/node_modules')
rmSync(join(root, '.results/packed'), { recursive: true, force: true })

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
  for (const subpath of Object.keys(exports)) {
    const specifier = name + subpath.slice(1)
    const code = `console.log('import', '${specifier}', Object.keys(await import('${specifier}')).length, 'names')`
    attempt(`node --input-type=module --eval "${code}"`, join(root, '.results/packed'))
  }
}

function attempt(command: string, cwd = root): void {
  try {
    execSync(command, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  } catch {
    process.exitCode = 1
  }
}
