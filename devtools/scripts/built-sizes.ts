import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** The size of all files that the panel's page loads. */
export function panelKb(): number {
  const folder = resolve(import.meta.dirname, '../dist/chromium')
  const files = readdirSync(folder).filter((file) => /\.(js|css|html)$/.test(file))
  const bytes = files.map((file) => gzipSync(readFileSync(resolve(folder, file))).length)
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000
}

/** The size that the listener adds to an app that already uses circuits. */
export async function listenerKb(): Promise<number> {
  const circuit = `import { CircuitBreaker } from '@fluxgate/core'; console.log(CircuitBreaker)`
  const listener = `import { devtoolsListener } from '@fluxgate/core/devtools'; console.log(devtoolsListener)`
  const [without, both] = await Promise.all([circuit, `${circuit}; ${listener}`].map(brotliKb))
  return (both ?? Number.NaN) - (without ?? Number.NaN)
}

async function brotliKb(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return (
    outputFiles.reduce((sum, file) => sum + brotliCompressSync(file.contents).length, 0) / 1_000
  )
}
