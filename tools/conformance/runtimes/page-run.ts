import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Deferred } from '@fluxgate/testkit/deferred'
import { build } from 'esbuild'
import type { ConformanceReport } from '../suite/run-conformance.ts'
import type { Project } from './project.ts'
import { runTimeoutMs } from './runtime.ts'

/** The strictest policy under which a page can run a script and send a report. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const page =
  '<!doctype html><title>Conformance</title><script type="module" src="/page.js"></script>'

/** Opens a browser with this URL and returns a function that closes it. */
type Open = (url: string) => Promise<() => Promise<void>>

/** Bundles the project's `page.js` for browsers, serves it on loopback and waits for its report. */
export async function runPage(project: Project, open: Open): Promise<ConformanceReport> {
  const script = await bundle(project)
  const report = new Deferred<ConformanceReport>()
  report.promise.catch(() => {}) // it may reject before open() resolves
  const requested: string[] = []
  const server = createServer((request, response) => {
    requested.push(`${request.method} ${request.url}`)
    respond(request, response, script, report).catch(report.reject)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const timer = setTimeout(() => {
    const requests = requested.join(', ') || 'none'
    report.reject(new Error(`no report after ${runTimeoutMs / 1_000} s; requests: ${requests}`))
  }, runTimeoutMs)
  try {
    const close = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    try {
      return await report.promise
    } finally {
      await close()
    }
  } finally {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  script: string,
  report: Deferred<ConformanceReport>,
): Promise<void> {
  switch (request.url) {
    case '/':
      response.setHeader('Content-Security-Policy', policy)
      response.setHeader('Content-Type', 'text/html').end(page)
      return
    case '/page.js':
      response.setHeader('Content-Type', 'text/javascript').end(script)
      return
    case '/report':
      report.resolve(JSON.parse(await text(request)))
      break
    case '/error':
      report.reject(new Error(`the page sent no report: ${await text(request)}`))
      break
    default:
      response.statusCode = 404
  }
  response.end()
}

async function bundle(project: Project): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(project.folder, 'page.js')],
    bundle: true,
    platform: 'browser',
    conditions: ['browser'],
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'warning',
  })
  return outputFiles.map((file) => file.text).join('')
}
