import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

const main = resolve(import.meta.dirname, '../../../playground/server/main.ts')

/** The playground's server, as `npm start` runs it after the build. */
export class PlaygroundProcess {
  readonly url: string
  readonly #process: ChildProcess

  /** Starts the server on free ports and resolves when it listens. */
  static async start(): Promise<PlaygroundProcess> {
    const process = spawnServer('0')
    const output: string[] = []
    for (const stream of [process.stdout, process.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk))
    }
    const listening = new Promise<string>((resolve, reject) => {
      process.stdout.on('data', () => {
        const url = /http:\S+/.exec(output.join(''))?.[0]
        if (url) resolve(url)
      })
      process.once('exit', () =>
        reject(new Error(`the playground did not start: ${output.join('')}`)),
      )
    })
    return new PlaygroundProcess(process, await listening)
  }

  private constructor(process: ChildProcess, url: string) {
    this.#process = process
    this.url = url
  }

  /** @returns the exit code, or null when the signal killed the process */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM'): Promise<number | null> {
    const exit = once(this.#process, 'exit')
    this.#process.kill(signal)
    const [code] = await exit
    return code
  }
}

/** Starts a server that cannot start, and resolves when it has ended. */
export async function failToStart(port: string): Promise<{ code: number | null; said: string }> {
  const process = spawnServer(port)
  const [said, [code]] = await Promise.all([text(process.stderr), once(process, 'exit')])
  return { code, said }
}

function spawnServer(port: string) {
  return spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
