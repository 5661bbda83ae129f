import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** The program is killed after this time, in ms. Default: 5 minutes. */
  readonly timeoutMs?: number
}

/** A running program. */
export interface RunningProcess {
  /** Calls the listener with the whole standard output so far, now and at each change. */
  onOutput(listener: (output: string) => void): void
  /** The standard output. Rejects with the last lines when the program fails or takes too long. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

export function startProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 300_000 }: ProcessOptions = {},
): RunningProcess {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let allOutput = ''
  let listener: (output: string) => void = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    allOutput += text
    listener(output)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    allOutput += text
  })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, timeoutMs)
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code === 0) return output
    const how = timedOut
      ? `did not end within ${timeoutMs / 1_000} s`
      : `ended with ${code ?? signal}`
    const lastLines = allOutput.trimEnd().split('\n').slice(-30)
    throw new Error([`${command} ${how}`, ...lastLines].join('\n'))
  })
  ended.catch(() => {}).finally(() => clearTimeout(timer))
  return {
    onOutput(callback) {
      listener = callback
      callback(output)
    },
    ended,
    stop: () => stopProcess(child),
  }
}

/**
 * Runs a program to its end.
 *
 * @returns its standard output
 * @throws Error with the last lines of its output, when it fails or takes too long
 */
export function runProcess(
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<string> {
  return startProcess(command, args, options).ended
}

/** Stops a program and waits for its exit. Does nothing when it has ended. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await exit
  clearTimeout(timer)
}

/** The version in the output of `--version`: `155.2` in `Browser 155.2 built on Tuesday`. */
export function versionIn(text: string): string {
  const version = /\d\w*([.-]\d\w*)+/.exec(text)?.[0]
  if (version === undefined) throw new Error(`no version in '${text.trim()}'`)
  return version
}
