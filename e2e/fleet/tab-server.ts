import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import type { TabSettings } from './page/rig.ts'

/** A request that reached the service. */
export interface Hit {
  /** Unix time in ms. */
  readonly at: number
  readonly tab: string
  /** The state of the circuit when it admitted the call. */
  readonly state: string
  readonly mode: Mode
}

/** How the service answers: 200, 500, or not at all. */
export type Mode = 'up' | 'down' | 'hanging'

/** Serves the page under test and the service that it calls, on one origin of loopback. */
export class TabServer {
  mode: Mode = 'up'
  readonly hits: Hit[] = []
  readonly #hanging = new Set<ServerResponse>()
  readonly #server

  static async start(): Promise<TabServer> {
    const server = new TabServer(await bundle())
    await new Promise<void>((ready) => server.#server.listen(0, '127.0.0.1', ready))
    return server
  }

  private constructor(script: string) {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
      switch (pathname) {
        case '/tab.js':
          response.setHeader('content-type', 'text/javascript').end(script)
          return
        case '/service':
          this.#serve(searchParams, response)
          return
        case '/tab':
          // an opaque origin: the browser itself denies storage and locks
          if (searchParams.has('opaque')) {
            response.setHeader('content-security-policy', 'sandbox allow-scripts')
          }
          html(response, '<title>Tab</title><script src="/tab.js"></script>')
          return
        default:
          html(response, '<title>Other page</title>')
      }
    })
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  url({ opaque = false, ...settings }: TabSettings & { readonly opaque?: boolean }): string {
    const query = new URLSearchParams(
      Object.entries(settings).map(([key, value]) => [key, String(value)]),
    )
    if (opaque) query.set('opaque', '')
    return `${this.#origin}/tab?${query}`
  }

  get otherPage(): string {
    return `${this.#origin}/other-page`
  }

  /** Answers the requests that hang. */
  release(): void {
    for (const response of this.#hanging) response.end()
    this.#hanging.clear()
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #serve(query: URLSearchParams, response: ServerResponse): void {
    const { mode } = this
    const [tab = '', state = ''] = [query.get('tab') ?? '', query.get('state') ?? '']
    this.hits.push({ at: Date.now(), tab, state, mode })
    response.setHeader('access-control-allow-origin', '*')
    if (mode === 'hanging') {
      this.#hanging.add(response)
      return
    }
    response.statusCode = mode === 'up' ? 200 : 500
    setTimeout(() => response.end(), 5)
  }
}

function html(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/html').end(`<!doctype html>${body}`)
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, 'page/tab.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    // ignores the paths of tsconfig.json, so that the build is tested
    tsconfigRaw: {},
  })
  return outputFiles[0]?.text ?? ''
}
