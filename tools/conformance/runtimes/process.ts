import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** The program is killed after that. Default: 5 minutes. */
  readonly timeoutMs?: number
}

/** A program on its way to its end. */
export interface RunningProcess {
  /** Told of what the program writes to its standard output, with all that came before. */
  onOutput(listener: (output: string) => void): void
  /** Its standard output; rejects, with its last words, when it fails or takes too long. */
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
  let everything = ''
  let listener: (output: string) => void = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    everything += text
    listener(output)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    everything += text
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, timeoutMs)
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code === 0) return output
    const how = isLate
      ? `had not ended after ${timeoutMs / 1_000} s`
      : `ended with ${code ?? signal}`
    const lastWords = everything.trimEnd().split('\n').slice(-30)
    throw new Error([`${command} ${how}`, ...lastWords].join('\n'))
  })
  ended.catch(() => {}).finally(() => clearTimeout(timer))
  return {
    onOutput(told) {
      listener = told
      told(output)
    },
    ended,
    stop: () => stopProcess(child),
  }
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with its last words, when it fails or takes too long
 */
export function runProcess(
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<string> {
  return startProcess(command, args, options).ended
}

/** Ends a program that runs until it is told to stop, and waits for that. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await exit
  clearTimeout(timer)
}

/** The version in what a program says of itself: `155.2` of `Browser 155.2 built on Tuesday`. */
export function versionIn(text: string): string {
  const version = /\d\w*([.-]\d\w*)+/.exec(text)?.[0]
  if (version === undefined) throw new Error(`no version in '${text.trim()}'`)
  return version
}
