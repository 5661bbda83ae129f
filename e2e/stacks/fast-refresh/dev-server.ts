import { cp, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { createServer, type ViteDevServer } from 'vite'

const here = import.meta.dirname

/** Where each React is installed. */
const homes = { 18: resolve(here, '../../../tools/react-18'), 19: resolve(here, '../../..') }

/** Vite's development server with React Fast Refresh, over a copy of `page` that can be edited. */
export class DevServer {
  readonly url: string
  readonly #root: string
  readonly #server: ViteDevServer
  readonly #environment: string | undefined

  /** @param root a folder of its own inside this repository, where packages are found */
  static async start(version: 18 | 19, root: string): Promise<DevServer> {
    await cp(join(here, 'page'), root, { recursive: true })
    const modules = join(homes[version], 'node_modules')
    // a build in this process leaves 'production' behind, with which Vite refreshes nothing
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'development'
    const server = await createServer({
      configFile: false,
      root,
      cacheDir: join(root, 'cache'),
      logLevel: 'error',
      plugins: [react()],
      resolve: {
        alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') },
      },
      // found later, they would reload the page
      optimizeDeps: {
        include: ['react', 'react-dom/client', 'react/jsx-dev-runtime'],
        noDiscovery: true,
      },
      // told of edits by `edit`: a watcher may find a file that is half written
      server: {
        host: '127.0.0.1',
        port: 0,
        watch: null,
        fs: { allow: [resolve(here, '../../..')] },
      },
    })
    await server.listen()
    return new DevServer(root, server, before)
  }

  private constructor(root: string, server: ViteDevServer, environment: string | undefined) {
    this.#root = root
    this.#server = server
    this.#environment = environment
    this.url = server.resolvedUrls?.local[0] ?? ''
  }

  /** Saves the file once, with all these texts replaced. */
  async edit(file: string, changes: Record<string, string>): Promise<void> {
    const path = join(this.#root, file)
    let text = await readFile(path, 'utf8')
    for (const [from, to] of Object.entries(changes)) {
      if (!text.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`)
      text = text.replace(from, to)
    }
    await writeFile(path, text)
    this.#server.watcher.emit('change', path)
  }

  async close(): Promise<void> {
    await this.#server.close()
    if (this.#environment === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = this.#environment
  }
}
