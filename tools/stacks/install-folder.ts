import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runProcess } from '../conformance/runtimes/process.ts'
import { packPackages } from '../conformance/runtimes/project.ts'

const examples = resolve(import.meta.dirname, '../../examples')

/**
 * A folder outside of the repository, so that the repository's `node_modules` cannot hide a missing
 * dependency. It holds the tarballs and the installed copies of the examples.
 */
export class InstallFolder {
  readonly #folder: string
  readonly #tarballs: Readonly<Record<string, string>>

  private constructor(folder: string, tarballs: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#tarballs = tarballs
  }

  /** Builds and packs the packages. With a folder of an earlier run, uses the tarballs in it. */
  static async open(log: (line: string) => void, earlier?: string): Promise<InstallFolder> {
    const folder = earlier ?? (await mkdtemp(join(tmpdir(), 'fluxgate-stacks-')))
    const list = join(folder, 'tarballs.json')
    if (earlier === undefined)
      await writeFile(list, JSON.stringify(await packPackages(folder, log)))
    return new InstallFolder(folder, JSON.parse(await readFile(list, 'utf8')))
  }

  /** Copies an example and installs it with the tarballs in place of the published packages. */
  async install(name: string): Promise<string> {
    const folder = join(this.#folder, name)
    const skip = /\/(node_modules|dist|build|\.next|\.results)$/
    const file = join(folder, 'package.json')
    const installed = await readFile(file, 'utf8').catch(() => '')
    await cp(join(examples, name), folder, { recursive: true, filter: (path) => !skip.test(path) })
    const manifest = JSON.parse(await readFile(file, 'utf8'))
    for (const group of ['dependencies', 'devDependencies']) {
      for (const dependency of Object.keys(manifest[group] ?? {})) {
        if (!dependency.startsWith('@fluxgate/')) continue
        const tarball = this.#tarballs[dependency]
        if (tarball === undefined) throw new Error(`examples/${name}: no package ${dependency}`)
        manifest[group][dependency] = `file:${tarball}`
      }
    }
    const text = JSON.stringify(manifest, null, 2)
    await writeFile(file, text)
    if (text === installed) return folder
    const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']
    await runProcess('npm', ['install', '--prefer-offline', ...options], { cwd: folder })
    return folder
  }

  /** Where the copies are, for a person who looks into a failure. */
  get folder(): string {
    return this.#folder
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
