import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { Deferred } from '@fluxgate/testkit/deferred'
import { expect, onTestFinished, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { TimeoutError } from '../model/errors.ts'

// A real event loop that stalls, because fake timers never fire late.

/** Answers the calls 50 ms after it has received all of them. */
const SERVER = `
const { createServer } = require('node:http')
const { parentPort } = require('node:worker_threads')
const waiting = []
const server = createServer((request, response) => {
  if (request.url === '/first') return response.end('ok')
  if (waiting.push(response) < 12) return
  parentPort.postMessage('received')
  setTimeout(() => waiting.forEach((response) => response.end('ok')), 50)
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

function blockEventLoop(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('answers that arrived while the event loop was blocked win over the time limit', async () => {
  // a thread of its own, which answers while this thread is blocked
  const service = new Worker(SERVER, { eval: true })
  onTestFinished(async () => void (await service.terminate()))
  const [port] = await once(service, 'message')
  const breaker = new CircuitBreaker({ name: 'api', timeoutMs: 800 })
  const get = async (path: string, signal: AbortSignal | null = null) =>
    (await fetch(`http://127.0.0.1:${port}/${path}`, { signal })).text()
  await get('first')
  const received = once(service, 'message')
  const calls = Array.from({ length: 12 }, () => breaker.call(({ signal }) => get('', signal)))
  const settled = Promise.allSettled(calls)
  await received
  blockEventLoop(1_600)
  expect(new Set((await settled).map((call) => call.status))).toEqual(new Set(['fulfilled']))
  expect(breaker.snapshot().metrics).toMatchObject({ total: 12, failures: 0 })
})

test('a call without an answer times out after a stall, too', async () => {
  const breaker = new CircuitBreaker({ name: 'api', timeoutMs: 50 })
  const start = performance.now()
  const call = breaker.call(() => new Promise(() => {}))
  const failed = expect(call).rejects.toBeInstanceOf(TimeoutError)
  blockEventLoop(150)
  await failed
  // 50 ms limit, 100 ms late, then at most the limit once more
  const elapsed = performance.now() - start
  expect(elapsed).toBeGreaterThan(190)
  expect(elapsed).toBeLessThan(1_000)
})

const CLIENT = `
const [breakerUrl, url] = process.argv.slice(-2)
const { CircuitBreaker } = await import(breakerUrl)
const get = (path, signal) => fetch(url + path, { signal }).then((response) => response.text())
const breaker = new CircuitBreaker({ name: 'api', timeoutMs: 1_000 })
await get('first')
const calls = Array.from({ length: 12 }, () => breaker.call(({ signal }) => get('', signal)))
const settled = await Promise.allSettled(calls)
console.log([...new Set(settled.map(({ status }) => status))].join() + ' ' + breaker.state)
process.exit()
`

/** The next line that the process prints. */
async function lineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the output is not piped')
  const [data] = await once(child.stdout, 'data')
  return String(data).trim()
}

test.skipIf(process.platform === 'win32')(
  'answers that arrived while the process was stopped win over the time limit',
  async () => {
    const waiting: ServerResponse[] = []
    const received = new Deferred()
    const server = createServer((request, response) => {
      if (request.url === '/first') response.end('ok')
      else if (waiting.push(response) === 12) received.resolve()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const breakerUrl = new URL('../circuit-breaker.ts', import.meta.url).href
    const args = ['--import', 'tsx', '--input-type=module', '-e', CLIENT, breakerUrl]
    const client = spawn(process.execPath, [...args, `http://127.0.0.1:${port}/`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => {
      client.kill('SIGKILL')
      server.close()
    })
    const result = lineOf(client)
    await received.promise
    client.kill('SIGSTOP')
    for (const response of waiting) response.end('ok')
    setTimeout(() => client.kill('SIGCONT'), 2_000)
    expect(await result).toBe('fulfilled closed')
  },
)
