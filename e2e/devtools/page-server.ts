import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'

/** Serves pages on loopback under two origins: `127.0.0.1` and `localhost`. */
export interface PageServer {
  readonly origin: string
  readonly otherOrigin: string
  close(): Promise<void>
}

/** HTML by path. A page may load the scripts `/circuits.js` and `/inline.js`. `?slow` delays its end. */
export type Pages = Readonly<Record<string, string>>

/** The strictest policy that still runs a script. The in-page panel must work under it. */
const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'nonce-fluxgate'; connect-src 'self'; require-trusted-types-for 'script'"

/** The time that a page with `?slow` takes to load. */
const SLOW_MS = 1_500

export async function servePages(pages: Pages): Promise<PageServer> {
  const scripts = await bundle()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
    const script = scripts.get(pathname)
    const page = pages[pathname]
    if (script !== undefined) {
      response.setHeader('Content-Type', 'text/javascript').end(script)
    } else if (page !== undefined) {
      if (searchParams.has('strict')) response.setHeader('Content-Security-Policy', strictPolicy)
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      if (searchParams.has('slow')) {
        response.write(page.slice(0, 20))
        setTimeout(() => response.end(page.slice(20)), SLOW_MS)
      } else response.end(page)
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    otherOrigin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: ['circuits.ts', 'inline.tsx'].map((file) =>
      resolve(import.meta.dirname, '../../devtools/test/pages', file),
    ),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    write: false,
    logLevel: 'error',
    // without the paths of tsconfig.json: the test uses the built package
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}
