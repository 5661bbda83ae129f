import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const repository = resolve(import.meta.dirname, '../..')
const script = resolve(import.meta.dirname, 'processes/service.ts')

/** A process of `processes/service.ts`, which tsx compiles. */
export interface Service {
  readonly pid: number
  /** The first line of its output. */
  readonly line: string
  /** The port of its inspector, when it was started with one. */
  readonly inspectorPort: number | undefined
  /** Everything that it has written to standard error. */
  errors(): string
  /** Asks the service to end by itself. Resolves with its exit code. */
  end(): Promise<number | null>
  /** Ends the service; resolves when it has ended. */
  stop(): Promise<void>
}

/**
 * Starts the service and waits until it is ready.
 *
 * @param flags of Node
 * @param args of the service; the first one is its name
 */
export async function startService(
  flags: readonly string[],
  args: readonly string[],
): Promise<Service> {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    ['--import', 'tsx', ...flags, script, ...args],
    { cwd: repository, stdio: 'pipe' },
  )
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  const exited = once(child, 'exit')
  const output = await Promise.race([once(child.stdout, 'data'), exited.then(() => undefined)])
  if (output === undefined) throw new Error(`The service has ended: ${errors}`)
  const port = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(errors)?.[1]
  return {
    pid: child.pid ?? 0,
    line: String(output[0]).trim(),
    inspectorPort: port === undefined ? undefined : Number(port),
    errors: () => errors,
    async end() {
      child.kill('SIGUSR2')
      const [code] = await exited
      return code
    },
    async stop() {
      child.stdin.end()
      if (child.exitCode === null) await exited
    },
  }
}
