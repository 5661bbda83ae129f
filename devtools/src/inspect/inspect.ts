import { type DevtoolsServer, startServer } from '../node/devtools-server.ts'
import { type FrameId, topFrame } from '../transports/transport.ts'
import type { InspectArguments } from './arguments.ts'
import { InspectorClient } from './inspector-client.ts'
import { InspectorConnection } from './inspector-connection.ts'
import { type OpenedInspector, openInspector } from './open-inspector.ts'
import { timedOut, withTimeout } from './with-timeout.ts'

/** The page does not wait longer than this for a process that is busy or paused, in ms. */
const ANSWER_MS = 3_000
const CLOSE_MS = 1_000

/** A process, by the argument that named it. */
interface Inspected {
  /** `port 9229` or `pid 4711`. */
  readonly name: string
  readonly client: InspectorClient
}

/** Serves the panel for the processes. Rejects when an inspector of `pids` cannot be opened. */
export async function inspect(
  { ports, pids, pagePort }: InspectArguments,
  print: (line: string) => void,
): Promise<Pick<DevtoolsServer, 'url' | 'close'>> {
  const opened: OpenedInspector[] = []
  const processes = ports.map((port) => inspectedAt(`port ${port}`, port))
  async function disconnect() {
    // a process that is busy or paused must not delay the end of the command
    await withTimeout(CLOSE_MS, Promise.all(processes.map(({ client }) => client.close())))
    await withTimeout(CLOSE_MS, Promise.all(opened.map((inspector) => inspector.close())))
  }
  try {
    // one after another: each opens its inspector at port 9229 first
    for (const pid of pids) {
      const inspector = await openInspector(pid)
      opened.push(inspector)
      processes.push(inspectedAt(`pid ${pid}`, inspector.port))
    }
    const found = await Promise.all(
      processes.map(({ client }) => withTimeout(ANSWER_MS, client.url())),
    )
    for (const [i, { name }] of processes.entries()) print(`${name}: ${describe(found[i])}`)
    const server = await startServer({
      clients: new Map(processes.map(({ name, client }) => [frameOf(name, processes), client])),
      port: pagePort,
      keepAlive: true,
    })
    return {
      url: server.url,
      async close() {
        await server.close()
        await disconnect()
      },
    }
  } catch (error) {
    await disconnect()
    throw error
  }
}

function describe(url: string | undefined | typeof timedOut): string {
  if (url === timedOut) return 'does not answer yet; it is busy or paused'
  return url ?? 'no inspector yet; start it with node --inspect'
}

/** A single process is the top frame, so that its circuits are shown without the name of a frame. */
function frameOf(name: string, processes: readonly Inspected[]): FrameId {
  return processes.length === 1 ? topFrame : name
}

function inspectedAt(name: string, port: number): Inspected {
  return { name, client: new InspectorClient(() => InspectorConnection.open(port)) }
}
