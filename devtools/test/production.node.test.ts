import { resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** The bundle of an app that renders the panel, as a bundler makes it for this environment. */
async function bundle(entry: string, environment: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { FluxgateDevtools } from './${entry}'`,
      resolveDir: resolve(import.meta.dirname, '../src'),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    packages: 'external',
    external: ['*?inline'],
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    define: { 'process.env.NODE_ENV': JSON.stringify(environment) },
  })
  return outputFiles.map(({ text }) => text).join('')
}

test('a production build contains nothing of the panel', async () => {
  const text = await bundle('index.ts', 'production')
  expect(text).not.toContain('fluxgate-devtools')
  expect(text.length).toBeLessThan(200)
})

test.each([
  ['a development build', 'index.ts', 'development'],
  ['a production build that imports it from /production', 'production/index.ts', 'production'],
])('%s contains the panel', async (_what, entry, environment) => {
  expect(await bundle(entry, environment)).toContain('fluxgate-devtools')
})

test.each(['index.ts', 'production/index.ts', 'inline/fluxgate-devtools.tsx'])(
  '%s is marked as code for the client, as React Server Components need',
  async (file) => {
    const { readFile } = await import('node:fs/promises')
    const source = await readFile(resolve(import.meta.dirname, '../src', file), 'utf8')
    expect(source.startsWith("'use client'\n")).toBe(true)
  },
)
