import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { TimeoutError } from '../model/errors.ts'

// A real event loop that stalls, because fake timers never fire late.

const SERVER = `
const { createServer } = require('node:http')
const { parentPort } = require('node:worker_threads')
const server = createServer((_, response) => setTimeout(() => response.end('ok'), 20))
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

function blockEventLoop(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** A service in a thread of its own, which answers while this thread is blocked. */
async function startService(): Promise<string> {
  const worker = new Worker(SERVER, { eval: true })
  onTestFinished(async () => void (await worker.terminate()))
  const [port] = await once(worker, 'message')
  return `http://127.0.0.1:${port}`
}

test('answers that arrived while the event loop was blocked win over the time limit', async () => {
  const url = await startService()
  const breaker = new CircuitBreaker({ name: 'api', timeoutMs: 300 })
  const get = (signal?: AbortSignal) => fetch(url, signal ? { signal } : {}).then((r) => r.text())
  await get()
  const calls = Array.from({ length: 12 }, () => breaker.call(({ signal }) => get(signal)))
  const settled = Promise.allSettled(calls)
  setTimeout(() => setImmediate(() => blockEventLoop(800)), 5)
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
const get = (signal) => fetch(url, { signal }).then((response) => response.text())
const breaker = new CircuitBreaker({ name: 'api', timeoutMs: 300 })
await get()
const calls = Array.from({ length: 12 }, () => breaker.call(({ signal }) => get(signal)))
setTimeout(() => console.log('sent'), 20)
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
    const server = createServer((_, response) => setTimeout(() => response.end('ok'), 100))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const breakerUrl = new URL('../circuit-breaker.ts', import.meta.url).href
    const args = ['--import', 'tsx', '--input-type=module', '-e', CLIENT, breakerUrl]
    const client = spawn(process.execPath, [...args, `http://127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => {
      client.kill('SIGKILL')
      server.close()
    })
    expect(await lineOf(client)).toBe('sent')
    client.kill('SIGSTOP')
    const result = lineOf(client)
    setTimeout(() => client.kill('SIGCONT'), 800)
    expect(await result).toBe('fulfilled closed')
  },
)
