import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with the last lines it wrote, when it fails, or has not ended after `timeoutMs`
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 300_000 }: ProcessOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: string[] = []
  const all: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text) && all.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => all.push(text))
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const startedAt = performance.now()
  try {
    const [code, signal] = await once(child, 'close')
    if (code === 0) return out.join('')
    const isLate = performance.now() - startedAt >= timeoutMs
    const how = isLate
      ? `had not ended after ${timeoutMs / 1_000} s`
      : `ended with ${code ?? signal}`
    throw new Error(
      [`${command} ${how}`, ...all.join('').trimEnd().split('\n').slice(-30)].join('\n'),
    )
  } finally {
    clearTimeout(timer)
  }
}

/** Ends a program that runs until it is told to stop, and waits for that. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'exit')
  child.kill()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await closed
  clearTimeout(timer)
}

/** The version in what a program says of itself: `155.2` of `Browser 155.2 built on Tuesday`. */
export function versionIn(text: string): string {
  const version = /\d[\w]*([.-]\d\w*)+/.exec(text)?.[0]
  if (version === undefined) throw new Error(`no version in '${text.trim()}'`)
  return version
}
