import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const START_WITHIN_MS = 5_000

/** A Redis server on loopback that keeps nothing on disk. */
export class RedisProcess {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  /** @returns undefined when `redis-server` is missing or does not start */
  static async start(): Promise<RedisProcess | undefined> {
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'fluxgate-playground-'))
    const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)])
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const redis = new RedisProcess(child, port, folder)
    if (await isReady(child)) return redis
    redis.close()
    return undefined
  }

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.#process = child
    this.#folder = folder
    this.url = `redis://127.0.0.1:${port}`
    // also after an uncaught error
    process.once('exit', this.#end)
  }

  close(): void {
    process.off('exit', this.#end)
    this.#end()
  }

  readonly #end = (): void => {
    this.#process.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function isReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ready to accept connections')) resolve(true)
    })
    child.once('error', () => resolve(false)) // the program is missing
    child.once('exit', () => resolve(false))
    setTimeout(() => resolve(false), START_WITHIN_MS).unref()
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
