import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface AppOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** How the program ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running program of an example. It leads a process group, so that its children end with it. */
export class App {
  readonly #child: ChildProcess
  readonly exited: Promise<Exit>
  #log = ''
  #exit: Exit | undefined

  constructor(command: string, args: readonly string[], { cwd, env }: AppOptions) {
    this.#child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text
      })
    }
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      this.#exit = { code, signal }
      return this.#exit
    })
    this.exited.catch(() => {})
  }

  /** Standard output and standard error. */
  get log(): string {
    return this.#log
  }

  get hasExited(): boolean {
    return this.#exit !== undefined
  }

  /** Waits until the condition holds. @throws Error when the program ends or time is over */
  async until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 60_000) {
    const end = Date.now() + timeoutMs
    while (!(await condition())) {
      if (this.#exit) throw new Error(`the program ended with ${this.#exit.code}, before ${what}`)
      if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1_000} s`)
      await sleep(50)
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async stop(): Promise<void> {
    this.#killGroup('SIGTERM')
    const timer = setTimeout(() => this.#killGroup('SIGKILL'), 5_000)
    await this.exited.catch(() => {})
    clearTimeout(timer)
    this.#killGroup('SIGKILL')
  }

  #killGroup(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal)
    } catch {
      // the group has ended
    }
  }
}
