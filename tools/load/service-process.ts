import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Sample, ServiceRequest, StubAddresses } from './service-protocol.ts'

/** The service under test, in its own process so that its memory can be measured. */
export class ServiceProcess {
  readonly url: string
  readonly #process: ChildProcess
  readonly #exited: Promise<never>

  static async start(stubs: StubAddresses): Promise<ServiceProcess> {
    const child = fork(resolve(import.meta.dirname, 'service.ts'), [JSON.stringify(stubs)], {
      execArgv: ['--import', 'tsx'],
    })
    const exited = once(child, 'exit').then(([code]): never => {
      throw new Error(`the service ended with ${code}`)
    })
    exited.catch(() => {}) // expected after stop()
    const [url] = await Promise.race([once(child, 'message'), exited])
    return new ServiceProcess(child, exited, String(url))
  }

  private constructor(process: ChildProcess, exited: Promise<never>, url: string) {
    this.#process = process
    this.#exited = exited
    this.url = url
  }

  /** Requests must not overlap. */
  async request(kind: 'sample' | 'finish'): Promise<Sample> {
    const answer = once(this.#process, 'message')
    this.send({ kind })
    const [sample] = await Promise.race([answer, this.#exited])
    return sample
  }

  send(message: ServiceRequest): void {
    this.#process.send(message)
  }

  stop(): void {
    this.#process.kill()
  }
}
