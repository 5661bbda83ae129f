import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import webpack from 'webpack'

/** The output of a bundler: the code, and the files in it. */
export interface Bundle {
  code: string
  modules: string[]
}

/** Bundle the built packages by the `exports` of their package.json, with default settings. */
export const bundlers: Record<string, (entry: string, folder: string) => Promise<Bundle>> = {
  async vite(entry, folder) {
    const result = await vite({
      configFile: false,
      logLevel: 'error',
      root: folder,
      build: { write: false, rolldownOptions: { input: entry } },
    })
    const outputs = [result].flat().flatMap((output) => ('output' in output ? output.output : []))
    const chunks = outputs.filter((output) => output.type === 'chunk')
    return {
      code: chunks.map(({ code }) => code).join('\n'),
      modules: chunks.flatMap(({ moduleIds }) => moduleIds),
    }
  },

  esbuild: (entry) => bundledByEsbuild(entry, 'browser'),

  async webpack(entry, folder) {
    const compiler = webpack({
      mode: 'production',
      entry,
      output: { path: folder, filename: 'page.js' },
      performance: { hints: false },
    })
    let code = ''
    if (!compiler) throw new Error('webpack returned no compiler')
    compiler.hooks.assetEmitted.tap('test', (_file, { content }) => {
      code += content.toString()
    })
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats))),
    )
    await new Promise((closed) => compiler.close(closed))
    if (!stats || stats.hasErrors()) throw new Error(stats?.toString() ?? 'no result')
    const { modules = [] } = stats.toJson({ modules: true, nestedModules: true, modulesSpace: 999 })
    return { code, modules: [...new Set(modules.flatMap(filesOf))] }
  },
}

export async function bundledByEsbuild(
  entry: string,
  platform: 'browser' | 'node',
): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    write: false,
    metafile: true,
    // ignores the paths of tsconfig.json, which lead to the sources
    tsconfigRaw: {},
  })
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
  return {
    code: outputFiles.map(({ text }) => text).join('\n'),
    modules: inputs.map((path) => join(process.cwd(), path)),
  }
}

function filesOf({ name, modules = [] }: webpack.StatsModule): string[] {
  return [...(name ? [name] : []), ...modules.flatMap(filesOf)]
}
