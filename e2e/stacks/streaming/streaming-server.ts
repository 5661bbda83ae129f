import { mkdir } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const results = resolve(here, '../../../.results/streaming')

/** The folder in which each React is installed. */
const homes = { 18: resolve(here, '../../../tools/react-18'), 19: resolve(here, '../../..') }

interface ServerCode {
  version: string
  stream(response: ServerResponse, withSnapshots: boolean): void
}

/** Serves the streamed page at `/`, and at `/without` without the server's snapshots. */
export async function startStreamingServer(
  react: 18 | 19,
): Promise<{ url: string; version: string; server: Server }> {
  const modules = join(homes[react], 'node_modules')
  const bundle = async (entry: 'server' | 'client') => {
    const outfile = join(results, `${entry}-${react}.cjs`)
    const { outputFiles } = await build({
      entryPoints: [join(here, `${entry}.tsx`)],
      outfile,
      bundle: true,
      platform: entry === 'server' ? 'node' : 'browser',
      format: entry === 'server' ? 'cjs' : 'iife',
      alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') },
      define: { 'process.env.NODE_ENV': '"development"' },
      jsx: 'automatic',
      tsconfigRaw: {},
      write: entry === 'server',
    })
    return { outfile, text: outputFiles?.[0]?.text }
  }
  await mkdir(results, { recursive: true })
  const [{ outfile }, { text: client }] = await Promise.all([bundle('server'), bundle('client')])
  const code: ServerCode = createRequire(import.meta.url)(outfile)

  const server = createServer((request, response) => {
    if (request.url === '/client.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(client)
    } else code.stream(response, request.url !== '/without')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return { url: `http://127.0.0.1:${address.port}`, version: code.version, server }
}
