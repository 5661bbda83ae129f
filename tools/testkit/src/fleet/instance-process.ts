import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import type {
  InstanceCommand,
  InstanceConfig,
  InstanceReport,
  InstanceSummary,
  SampleReport,
  SignalReport,
} from './instance-protocol.ts'

type Reported<Kind extends InstanceReport['kind']> = Extract<InstanceReport, { kind: Kind }>

const root = resolve(import.meta.dirname, '../../../..')

/** The program of the instances as one file, because a compiler in each process would cost seconds. */
export class InstanceProgram {
  readonly file: string

  static async build(): Promise<InstanceProgram> {
    // below the repository, so that Node finds the clients
    const file = join(root, '.results', `fleet-instance-${process.pid}.mjs`)
    await build({
      entryPoints: [join(import.meta.dirname, 'instance.ts')],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['ioredis', 'ioredis-6', 'redis', 'redis-6'],
      tsconfig: join(root, 'tsconfig.json'),
      logLevel: 'error',
    })
    return new InstanceProgram(file)
  }

  private constructor(file: string) {
    this.file = file
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true })
  }
}

/** An instance of a service, in a process of its own. */
export class InstanceProcess {
  readonly config: InstanceConfig
  readonly signals: SignalReport[] = []
  readonly errors: Reported<'error'>[] = []
  /** Changes of whether the store is reachable. */
  readonly reachable: Reported<'reachable'>[] = []
  summary: InstanceSummary | undefined
  readonly #process: ChildProcess
  readonly #exited: Promise<unknown>

  /** Resolves when the instance is connected and calls the service. */
  static async start(program: InstanceProgram, config: InstanceConfig): Promise<InstanceProcess> {
    const child = fork(program.file, [JSON.stringify(config)], { execArgv: [] })
    const instance = new InstanceProcess(child, config)
    const ready = new Promise<void>((resolve, reject) => {
      child.on('message', (report: InstanceReport) => {
        if (report.kind === 'ready') resolve()
      })
      child.once('exit', (code) => reject(new Error(`instance ${config.index} ended with ${code}`)))
    })
    await ready
    return instance
  }

  private constructor(child: ChildProcess, config: InstanceConfig) {
    this.#process = child
    this.config = config
    this.#exited = once(child, 'exit')
    child.on('message', (report: InstanceReport) => {
      if (report.kind === 'signal') this.signals.push(report)
      else if (report.kind === 'error') this.errors.push(report)
      else if (report.kind === 'reachable') this.reachable.push(report)
      else if (report.kind === 'summary') this.summary = report
    })
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  send(command: InstanceCommand): void {
    if (this.running && this.#process.connected) this.#process.send(command)
  }

  /** Requests the state of its circuit. Undefined when it does not answer within a second. */
  async sample(): Promise<SampleReport | undefined> {
    let receive: (report: InstanceReport) => void = () => {}
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<SampleReport | undefined>((resolve) => {
      receive = (report) => {
        if (report.kind === 'sample') resolve(report)
      }
      timer = setTimeout(resolve, 1_000, undefined)
    })
    this.#process.on('message', receive)
    this.send({ kind: 'sample' })
    const sample = await answer
    clearTimeout(timer)
    this.#process.off('message', receive)
    return sample
  }

  pause(): void {
    this.#process.kill('SIGSTOP')
  }

  resume(): void {
    this.#process.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (!this.running) return
    this.#process.kill('SIGKILL')
    await this.#exited
  }

  /**
   * Stops the calls and waits until the process ends by itself.
   *
   * @returns false when something kept it alive for 5 s; then it is killed
   */
  async finish(): Promise<boolean> {
    if (!this.running) return true
    this.send({ kind: 'finish' })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), 5_000)
    })
    const outcome = await Promise.race([this.#exited, late])
    clearTimeout(timer)
    if (outcome !== 'late') return true
    await this.kill()
    return false
  }
}
