import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'

/** Serves a page on loopback that contains the package several times. */
export interface BundlesServer {
  /** The URL of a page with this number of bundles. */
  url(count: number): string
  close(): void
}

export async function serveBundles(): Promise<BundlesServer> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, 'entry.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    // ignores the paths of tsconfig.json, so that the build is tested
    tsconfigRaw: {},
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
    if (pathname === '/bundle.js') {
      response.setHeader('content-type', 'text/javascript').end(script)
      return
    }
    if (pathname !== '/') {
      response.writeHead(503).end()
      return
    }
    const tag = '<script src="/bundle.js"></script>'
    const body = tag.repeat(Number(searchParams.get('count')))
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><title>Bundles</title>${body}`)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: (count) => `http://127.0.0.1:${port}/?count=${count}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
