import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { ensureProgram, onPath } from '@fluxgate/testkit/program'

/** The report of wrk. Latencies are in its own format: `61.20ms`. */
export interface WrkReport {
  readonly requests: number
  readonly latency: Readonly<Record<'p50' | 'p99', string>>
  readonly socketErrors: string
}

/** @throws Error of one line that says how to install wrk */
export function ensureWrk(): string {
  return ensureProgram({
    name: 'wrk',
    find: () => onPath('wrk'),
    install: "install it, as with 'apt-get install wrk'; it must be on the PATH",
  })
}

export const CONNECTIONS = 24

export function startWrk(
  program: string,
  url: string,
  seconds: number,
): { process: ChildProcess; report: Promise<WrkReport> } {
  const script = resolve(import.meta.dirname, 'load.lua')
  const options = [`-t1`, `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '10s', '--latency']
  const process = spawn(program, [...options, '-s', script, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { process, report: text(process.stdout).then(parseWrk) }
}

/** @throws Error with the output when it is not a report */
export function parseWrk(output: string): WrkReport {
  const find = (pattern: RegExp) => pattern.exec(output)?.[1]
  const requests = Number(find(/(\d+) requests in/))
  if (!(requests > 0)) throw new Error(`wrk made no request:\n${output}`)
  return {
    requests,
    latency: { p50: find(/50%\s+(\S+)/) ?? '?', p99: find(/99%\s+(\S+)/) ?? '?' },
    socketErrors: find(/Socket errors: (.*)/) ?? 'none',
  }
}
