import { join, resolve } from 'node:path'
import { build } from 'vite'

/** The folder of the package. */
export const root = resolve(import.meta.dirname, '..')

/**
 * Builds HTML pages with all their code, minified, into one folder.
 *
 * @param source a folder of `src`
 * @param pages names of its HTML files, without the ending
 * @param outDir replaced by the result
 */
export async function buildHtml(source: string, pages: readonly string[], outDir: string) {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(root, 'src', source),
    envDir: false,
    publicDir: false,
    base: './',
    // resolves core to its sources, so that a fresh clone can build
    resolve: { tsconfigPaths: true },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: pages.map((page) => join(root, 'src', source, `${page}.html`)),
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: '[name].js',
          assetFileNames: '[name][extname]',
        },
      },
    },
  })
}
