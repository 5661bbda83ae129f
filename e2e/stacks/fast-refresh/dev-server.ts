import { cp, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { createServer, type ViteDevServer } from 'vite'

const here = import.meta.dirname

/** The folder in which each React is installed. */
const homes = { 18: resolve(here, '../../../tools/react-18'), 19: resolve(here, '../../..') }

/** Vite's development server with React Fast Refresh, for an editable copy of `page`. */
export class DevServer {
  readonly url: string
  readonly #root: string
  readonly #server: ViteDevServer
  readonly #environment: string | undefined

  /** @param root a new folder inside the repository, so that packages resolve */
  static async start(version: 18 | 19, root: string): Promise<DevServer> {
    await cp(join(here, 'page'), root, { recursive: true })
    const modules = join(homes[version], 'node_modules')
    // an earlier build in this process sets 'production', which disables Fast Refresh
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
      // Vite would reload the page for a dependency that it finds later
      optimizeDeps: {
        include: ['react', 'react-dom/client', 'react/jsx-dev-runtime'],
        noDiscovery: true,
      },
      // `edit` reports changes itself: a watcher may read a partially written file
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

  /** Replaces these texts and saves the file once. */
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
