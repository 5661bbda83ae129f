import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'

/** A page on loopback with the package in it as often as one likes, each a bundle of its own. */
export interface CopiesServer {
  /** The address of a page with so many copies. */
  url(copies: number): string
  close(): void
}

export async function serveCopies(): Promise<CopiesServer> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, 'copy.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    // without its paths: what is tested is what was built
    tsconfigRaw: {},
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
    if (pathname === '/copy.js') {
      response.setHeader('content-type', 'text/javascript').end(script)
      return
    }
    if (pathname !== '/') {
      response.writeHead(503).end()
      return
    }
    const tag = '<script src="/copy.js"></script>'
    const body = tag.repeat(Number(searchParams.get('copies')))
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><title>Copies</title>${body}`)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: (copies) => `http://127.0.0.1:${port}/?copies=${copies}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
