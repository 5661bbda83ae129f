import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { InspectorConnection } from './inspector-connection.ts'

/** Node opens its inspector at the first one, and the workers of a cluster at the next ones. */
const FIRST_PORT = 9_229
const PORTS = Array.from({ length: 20 }, (_, index) => FIRST_PORT + index)
/** A busy process opens its inspector later. */
const OPEN_MS = 5_000
const POLL_MS = 50

/** The inspector of a process. */
export interface OpenedInspector {
  readonly port: number
  /** Closes the inspector, unless it was open before. */
  close(): Promise<void>
}

/**
 * Opens the inspector of a running Node process, and moves it to a free port: so several processes can
 * be opened, and 9229 stays free for a debugger.
 *
 * Rejects when there is no such process, when it is not Node, or when it opens no inspector.
 *
 * @param choosePorts chooses the ports to move to; the process takes the first one that is free
 */
export async function openInspector(
  pid: number,
  choosePorts: () => Promise<readonly number[]> = freePorts,
): Promise<OpenedInspector> {
  const used = new Map<number, number>()
  for (const port of PORTS) {
    const owner = await pidAt(port)
    if (owner === pid) return { port, close: async () => {} }
    if (owner !== undefined) used.set(port, owner)
  }
  await signal(pid)
  const opened = await waitFor(pid, used)
  const port = await move(pid, opened, await choosePorts())
  return { port, close: () => evaluateAt(port, closing) }
}

async function waitFor(pid: number, used: ReadonlyMap<number, number>): Promise<number> {
  const opened = await find(
    pid,
    PORTS.filter((port) => !used.has(port)),
  )
  if (opened !== undefined) return opened
  const owner = used.get(FIRST_PORT)
  throw new Error(
    owner === undefined
      ? `process ${pid} opened no inspector; it has its own handler of SIGUSR1, or its inspector is open already, as while another command inspects it`
      : `process ${pid} opened no inspector, because process ${owner} uses port ${FIRST_PORT}`,
  )
}

/** SIGUSR1 ends most programs other than Node, so the program of the process is checked first. */
async function signal(pid: number): Promise<void> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    const isForbidden = error instanceof Error && Reflect.get(error, 'code') === 'EPERM'
    throw new Error(
      isForbidden ? `process ${pid} belongs to another user` : `there is no process ${pid}`,
    )
  }
  // on Windows, Node offers this function instead of the signal
  const debugProcess: unknown = Reflect.get(process, '_debugProcess')
  if (process.platform === 'win32' && typeof debugProcess === 'function') {
    debugProcess(pid)
    return
  }
  const program = basename(await programOf(pid).catch(() => 'an unknown program'))
  if (!/^node/.test(program)) throw new Error(`process ${pid} is ${program}, not Node`)
  process.kill(pid, 'SIGUSR1')
}

/** The file that a process runs. */
async function programOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readlink(`/proc/${pid}/exe`)
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)])
  return stdout.trim()
}

/** The process whose inspector is at a port of this machine. */
async function pidAt(port: number): Promise<number | undefined> {
  const connection = await InspectorConnection.open(port).catch(() => undefined)
  try {
    const pid = await connection?.evaluate('process.pid')
    return typeof pid === 'number' ? pid : undefined
  } catch {
    return undefined
  } finally {
    await connection?.close()
  }
}

const inspectorModule =
  "process.getBuiltinModule?.('inspector') ?? process.mainModule?.require('inspector')"

// deferred, because the inspector closes the connection that evaluates the code
const closing = `setImmediate(() => (${inspectorModule})?.close()), 0`

/**
 * Moves the inspector of a process to the first port of `targets` that it can open. Another program
 * may take a port in the meantime. `inspector.open()` does not throw then, but has no address.
 *
 * Resolves with the new port; with the old one where the process cannot move.
 */
async function move(pid: number, port: number, targets: readonly number[]): Promise<number> {
  const ports = [...targets, port]
  await evaluateAt(
    port,
    `setImmediate(() => {
      const inspector = ${inspectorModule}
      inspector?.close()
      for (const port of ${JSON.stringify(ports)}) {
        inspector?.open(port, '127.0.0.1')
        if (inspector?.url() !== undefined) return
      }
    }), 0`,
  )
  const moved = await find(pid, ports)
  if (moved !== undefined) return moved
  throw new Error(`process ${pid} opened no inspector at the ports ${ports.join(', ')}`)
}

/** Waits until the inspector of a process is at one of the ports. */
async function find(pid: number, ports: readonly number[]): Promise<number | undefined> {
  const limit = AbortSignal.timeout(OPEN_MS)
  do {
    for (const port of ports) if ((await pidAt(port)) === pid) return port
    await delay(POLL_MS)
  } while (!limit.aborted)
  return undefined
}

async function evaluateAt(port: number, expression: string): Promise<void> {
  const connection = await InspectorConnection.open(port).catch(() => undefined)
  await connection?.evaluate(expression).catch(() => {})
  await connection?.close()
}

/** Three ports that are free now. */
async function freePorts(): Promise<number[]> {
  const servers = [1, 2, 3].map(() => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  return Promise.all(
    servers.map(async (server) => {
      const { port } = Object(server.address())
      server.close()
      await once(server, 'close')
      return Number(port)
    }),
  )
}
