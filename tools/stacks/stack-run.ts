import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { runProcess } from '../conformance/runtimes/process.ts'
import { App } from './app.ts'
import type { Case } from './stack.ts'

export interface StartOptions {
  /** Passed as the environment variable PORT, and part of {@link RunningApp.url}. Default: a free port. */
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
  /** A path that answers below 500 when the app is ready. Default `/`. */
  readonly readyPath?: string
}

export interface RunningApp {
  readonly app: App
  /** Without a slash at the end. */
  readonly url: string
}

/** One run of a stack: its installed folder, its programs and its cases. */
export class StackRun {
  readonly #cases: Case[] = []
  readonly #cleanups: (() => unknown)[] = []
  #apps: App[] = []

  readonly #log: (line: string) => void
  /** The copy of the example, with everything installed. */
  readonly folder: string

  constructor(folder: string, log: (line: string) => void) {
    this.folder = folder
    this.#log = log
  }

  get cases(): readonly Case[] {
    return this.#cases
  }

  /** Runs a case. A failed one does not stop the run, and shows the end of the programs' logs. */
  async test(title: string, run: () => unknown): Promise<void> {
    try {
      await run()
      this.#cases.push({ title })
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#cases.push({ title, error: `${firstLines(text)}${this.logTail()}` })
      this.#log(`✗ ${title}`)
    }
  }

  /** Runs scripts of the example's package.json, each as a case. */
  async scripts(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.test(`npm run ${name}`, () => this.script(name))
    }
  }

  /** Runs a script of the example's package.json. @returns its output */
  script(name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    return runProcess('npm', ['run', name], { cwd: this.folder, env: { NO_COLOR: '1', ...env } })
  }

  /** Runs a program to its end. @returns its standard output */
  exec(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    return runProcess(command, args, { cwd: this.folder, env: { NO_COLOR: '1', ...env } })
  }

  freePort(): Promise<number> {
    return freePort()
  }

  /** Starts a program, and stops it at the end of the run. */
  spawn(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): App {
    const app = new App(command, args, { cwd: this.folder, env })
    this.#apps.push(app)
    this.onEnd(() => app.stop())
    return app
  }

  /** Starts a server, and waits until it answers. */
  async start(
    command: string,
    args: readonly string[],
    { env = {}, port, readyPath = '/' }: StartOptions = {},
  ): Promise<RunningApp> {
    const chosen = port ?? (await freePort())
    const app = this.spawn(command, args, { ...env, PORT: String(chosen) })
    const url = `http://127.0.0.1:${chosen}`
    await app.until(`${readyPath} answers`, async () => {
      const signal = AbortSignal.timeout(20_000)
      const response = await fetch(url + readyPath, { signal }).catch(() => undefined)
      await response?.text()
      return response !== undefined && response.status < 500
    })
    return { app, url }
  }

  onEnd(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup)
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup()
    this.#apps = []
  }

  /** The version of an installed package. */
  versionOf(name: string): string {
    const file = join(this.folder, 'node_modules', name, 'package.json')
    return JSON.parse(readFileSync(file, 'utf8')).version
  }

  logTail(lines = 30): string {
    const tails = this.#apps.filter(({ log }) => log !== '')
    return tails
      .map(
        ({ log }) =>
          `\n--- log\n${log
            .trimEnd()
            .split('\n')
            .slice(-lines)
            .map((line) => line.slice(0, 300))
            .join('\n')}`,
      )
      .join('')
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Without the frames of Node.js, which say nothing about the case. */
function firstLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('node:internal'))
    .slice(0, 40)
    .map((line) => line.slice(0, 300))
    .join('\n')
}
