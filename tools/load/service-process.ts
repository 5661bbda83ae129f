import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Question, Sample, World } from './service-protocol.ts'

/** The service under test, in a process whose memory is its own. */
export class ServiceProcess {
  readonly url: string
  readonly #process: ChildProcess
  readonly #gone: Promise<never>

  static async start(world: World): Promise<ServiceProcess> {
    const child = fork(resolve(import.meta.dirname, 'service.ts'), [JSON.stringify(world)], {
      execArgv: ['--expose-gc', '--import', 'tsx'],
    })
    const gone = once(child, 'exit').then(([code]): never => {
      throw new Error(`the service ended with ${code}`)
    })
    gone.catch(() => {}) // at the end it is told to
    const [url] = await Promise.race([once(child, 'message'), gone])
    return new ServiceProcess(child, gone, String(url))
  }

  private constructor(process: ChildProcess, gone: Promise<never>, url: string) {
    this.#process = process
    this.#gone = gone
    this.url = url
  }

  /** One at a time. */
  async ask(kind: 'sample' | 'finish'): Promise<Sample> {
    const answer = once(this.#process, 'message')
    this.tell({ kind })
    const [sample] = await Promise.race([answer, this.#gone])
    return sample
  }

  tell(question: Question): void {
    this.#process.send(question)
  }

  stop(): void {
    this.#process.kill()
  }
}
