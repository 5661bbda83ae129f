import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { inspect } from '../src/inspect/inspect.ts'
import { InspectorConnection } from '../src/inspect/inspector-connection.ts'
import { openInspector } from '../src/inspect/open-inspector.ts'
import { type Service, startService } from './service.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(flags: readonly string[], ...args: string[]): Promise<Service> {
  const service = await startService(flags, args)
  cleanups.push(() => service.stop())
  return service
}

/** Inspects processes, and reads them as the page does. */
async function open(target: { ports?: number[]; pids?: number[] }) {
  const lines: string[] = []
  const { ports = [], pids = [] } = target
  const server = await inspect({ ports, pids, pagePort: 0 }, (line) => lines.push(line))
  cleanups.push(() => server.close())
  const { origin, hash } = new URL(server.url)
  const post = async (path: string, body: object) => {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hash.slice(1)}` },
      body: JSON.stringify(body),
    })
    return response.text()
  }
  const read = (frame = 'top') => post('/api/read', { frame, epoch: '', cursor: 0, metrics: [] })
  return {
    ...server,
    lines,
    read,
    /** The names of the circuits. A busy process may miss a read, as in the panel. */
    async names(frame?: string): Promise<string[]> {
      const text = await read(frame)
      if (text === 'absent') return []
      const { answer } = JSON.parse(text)
      return answer.events.flatMap(
        ({ type, config }: { type: string; config: { name: string } }) =>
          type === 'circuit-added' ? config.name : [],
      )
    },
    async frames(): Promise<string[]> {
      return JSON.parse(await post('/api/frames', {}))
    },
    async command(action: string, circuit: string): Promise<unknown> {
      const { epoch } = JSON.parse(await read())
      const command = { circuit, action }
      return JSON.parse(await post('/api/command', { frame: 'top', epoch, command }))
    },
  }
}

const circuitsOf = (name: string) => [`${name}-open`, `${name}-closed`]

test('inspect reads and commands the circuits of a process with --inspect', async () => {
  const service = await start(['--inspect=0'], 'orders')
  const opened = await open({ ports: [service.inspectorPort ?? 0] })
  expect(await opened.frames()).toEqual([])
  await expect.poll(() => opened.names()).toEqual(circuitsOf('orders'))
  expect(opened.lines).toEqual([
    `port ${service.inspectorPort}: node://localhost/processes/service.ts?pid=${service.pid}`,
  ])
  expect(await opened.command('trip', '2')).toEqual({ ok: true })
  expect(await opened.read()).toContain('"by":"devtools"')
  expect(await opened.command('trip', '9')).toMatchObject({ ok: false })
})

test('inspect opens the inspectors of running processes, and closes them at the end', async () => {
  const services = [await start([], 'carts'), await start([], 'users')] as const
  const opened = await open({ pids: services.map(({ pid }) => pid) })
  expect(await opened.frames()).toEqual(services.map(({ pid }) => `pid ${pid}`))
  await expect.poll(() => opened.names(`pid ${services[0].pid}`)).toEqual(circuitsOf('carts'))
  await expect.poll(() => opened.names(`pid ${services[1].pid}`)).toEqual(circuitsOf('users'))
  await opened.close()
  for (const service of services) {
    const ports = [...service.errors().matchAll(/listening on ws:\/\/127\.0\.0\.1:(\d+)/g)]
    expect(ports[0]?.[1]).toBe('9229')
    const port = Number(ports[1]?.[1])
    const isOpen = () =>
      InspectorConnection.open(port).then(
        (connection) => connection.close().then(() => true),
        () => false,
      )
    await expect.poll(isOpen).toBe(false)
  }
})

test('a process opens its inspector at another port when the chosen one is taken', async () => {
  const { pid } = await start([], 'orders')
  const taken = createServer().listen(0, '127.0.0.1')
  cleanups.push(async () => taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const inspector = await openInspector(pid, async () => [port])
  cleanups.push(() => inspector.close())
  const connection = await InspectorConnection.open(inspector.port)
  cleanups.push(() => connection.close())
  expect(inspector.port).not.toBe(port)
  expect(await connection.evaluate('process.pid')).toBe(pid)
})

test('inspect reads each worker of a cluster as a frame', async () => {
  const service = await start([], 'shop', '--cluster')
  const [, ...workers] = service.line.split(' ').map(Number)
  const opened = await open({ pids: workers })
  for (const frame of await opened.frames()) {
    await expect.poll(() => opened.names(frame)).toEqual(circuitsOf('shop'))
  }
  expect(await opened.frames()).toHaveLength(2)
})

test('inspect reports a process that ended as absent, and does not delay its end', async () => {
  const service = await start(['--inspect=0'], 'orders')
  const opened = await open({ ports: [service.inspectorPort ?? 0] })
  await expect.poll(() => opened.names()).toEqual(circuitsOf('orders'))
  const before = performance.now()
  expect(await service.end()).toBe(0)
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(await opened.read()).toBe('absent')
})

test('inspect reads a process that starts later at the same port', async () => {
  const first = await start(['--inspect=0'], 'orders')
  const port = first.inspectorPort ?? 0
  const opened = await open({ ports: [port] })
  await expect.poll(() => opened.names()).toEqual(circuitsOf('orders'))
  await first.end()
  expect(await opened.read()).toBe('absent')
  await start([`--inspect=${port}`], 'restarted')
  await expect.poll(() => opened.names()).toEqual(circuitsOf('restarted'))
})

test('inspect reports a port without an inspector', async () => {
  const service = await start(['--inspect=0'], 'orders')
  const port = service.inspectorPort ?? 0
  await service.end()
  const opened = await open({ ports: [port] })
  expect(opened.lines).toEqual([`port ${port}: no inspector yet; start it with node --inspect`])
  expect(await opened.read()).toBe('absent')
})

test('inspect shows other processes while one is busy, and ends at once', async () => {
  const service = await start(['--inspect=0'], 'orders')
  const busy = spawn(process.execPath, ['--inspect=0', '--eval', 'for (;;);'], { stdio: 'pipe' })
  cleanups.push(async () => busy.kill('SIGKILL'))
  const [line] = await once(busy.stderr, 'data')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1])
  const opened = await open({ ports: [port, service.inspectorPort ?? 0] })
  expect(opened.lines[0]).toBe(`port ${port}: does not answer yet; it is busy or paused`)
  await expect
    .poll(() => opened.names(`port ${service.inspectorPort}`))
    .toEqual(circuitsOf('orders'))
  const begun = performance.now()
  await opened.close()
  expect(performance.now() - begun).toBeLessThan(5_000)
})

test('inspect ends at once when a process is stopped', async () => {
  const service = await start(['--inspect=0'], 'orders')
  const opened = await open({ ports: [service.inspectorPort ?? 0] })
  process.kill(service.pid, 'SIGSTOP')
  try {
    const begun = performance.now()
    await opened.close()
    expect(performance.now() - begun).toBeLessThan(5_000)
  } finally {
    process.kill(service.pid, 'SIGCONT')
  }
})

test('inspect reads an inspector at a port that fetch refuses', async () => {
  const service = await start(['--inspect=6669'], 'orders')
  const opened = await open({ ports: [service.inspectorPort ?? 0] })
  await expect.poll(() => opened.names()).toEqual(circuitsOf('orders'))
})

test('inspect sends no signal to a process that is not Node', async () => {
  const child = spawn('sleep', ['60'])
  cleanups.push(async () => child.kill())
  await expect(open({ pids: [child.pid ?? 0] })).rejects.toThrow(/is sleep, not Node/)
  expect(child.exitCode).toBeNull()
  await expect(open({ pids: [2 ** 22 + 1] })).rejects.toThrow(/there is no process 4194305/)
})

test('an HTTP server without an inspector is not connected', async () => {
  const service = await start([], 'orders', '--serve')
  const { port } = new URL(service.line)
  await expect(InspectorConnection.open(Number(port))).rejects.toThrow()
})

test('serveDevtools does not keep a process alive', async () => {
  const service = await start([], 'orders', '--serve')
  expect((await fetch(service.line)).status).toBe(200)
  expect(await service.end()).toBe(0)
})
