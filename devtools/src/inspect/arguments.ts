import { parseArgs } from 'node:util'

/** The parsed command line. */
export interface InspectArguments {
  /** Inspector ports. */
  readonly ports: readonly number[]
  readonly pids: readonly number[]
  /** The port of the page; 0 for a free one. */
  readonly pagePort: number
}

export const usage = `Usage: npx @fluxgate/devtools inspect [port …] [--pid PID …] [--port PORT]

Shows the circuits of running Node processes on a page of this machine.

  port …        the inspector ports of processes started with node --inspect; 9229 by default
  --pid PID     opens the inspector of a running process; can be repeated
  --port PORT   the port of the page; a free one by default
  --help        shows this text

Examples:
  node --inspect server.js & npx @fluxgate/devtools inspect
  npx @fluxgate/devtools inspect 9229 9230 9231
  npx @fluxgate/devtools inspect --pid 4711
`

/**
 * Parses the arguments of the command line.
 *
 * @returns `'help'` for `--help` and without a command
 * @throws Error for an unknown command or option, and for an invalid number
 */
export function parseArguments(args: readonly string[]): InspectArguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      pid: { type: 'string', multiple: true },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [command, ...ports] = positionals
  if (values.help === true || command === undefined) return 'help'
  if (command !== 'inspect') throw new Error(`there is no command ${JSON.stringify(command)}`)
  const pids = (values.pid ?? []).map((text) => parseInteger('--pid', text, 1, 2 ** 31))
  const chosen = ports.map((text) => parseInteger('port', text, 1, 65_535))
  return {
    ports: [...new Set(chosen.length === 0 && pids.length === 0 ? [9_229] : chosen)],
    pids: [...new Set(pids)],
    pagePort: parseInteger('--port', values.port ?? '0', 0, 65_535),
  }
}

function parseInteger(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new Error(`${name} must be an integer from ${min} to ${max}, got ${JSON.stringify(text)}`)
}
