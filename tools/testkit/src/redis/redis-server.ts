import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { ensureProgram, type Machine, onPath, thisMachine } from '../program.ts'

const ATTEMPTS = 5

interface RedisServerOptions {
  /** Lines of `redis.conf`, as arguments: `['--cluster-enabled', 'yes']`. */
  readonly settings?: readonly string[]
}

/** A Redis server on loopback, with a port and a folder of its own, that can fail in several ways. */
export class RedisServer {
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  #process: ChildProcess | undefined

  /**
   * Resolves when the server accepts connections.
   *
   * @throws Error of one line that says how to install Redis
   */
  static async start({ settings = [] }: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'fluxgate-redis-'))
    for (let attempt = 1; ; attempt++) {
      const server = new RedisServer(await freePort(), folder, settings)
      try {
        await server.restart()
        return server
      } catch (error) {
        // another process may have taken the port in the meantime
        if (attempt < ATTEMPTS) continue
        await rm(folder, { recursive: true, force: true })
        throw error
      }
    }
  }

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port
    this.#folder = folder
    this.#settings = settings
  }

  /** Starts the server again, empty, on the same port. It must have been killed. */
  async restart(): Promise<void> {
    const program = ensureRedis()
    const child = spawn(
      program,
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder],
        ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
        ...this.#settings,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    this.#process = child
    process.once('exit', this.#killNow)
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        lines.push(line)
        if (line.includes('Ready to accept connections')) resolve()
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`redis-server ended:\n${lines.join('\n')}`)))
    })
  }

  /** Ends the server at once. Its data is lost. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    this.#process = undefined
    process.off('exit', this.#killNow)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL') // also ends a paused process
    await exit
  }

  /** The server keeps its connections and answers nothing. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Runs one command with `redis-cli`, and returns what it prints. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...args])
    return stdout.trim()
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  readonly #killNow = (): void => {
    this.#process?.kill('SIGKILL')
  }
}

/**
 * The path of `redis-server`.
 *
 * @throws Error of one line that says how to install it
 */
export function ensureRedis(machine: Machine = thisMachine): string {
  return ensureProgram({
    name: 'redis-server',
    find: () => onPath('redis-server', machine),
    install: "install Redis, as with 'apt-get install redis-server'; it must be on the PATH",
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was assigned')
  return address.port
}
