import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { playwright } from '@vitest/browser-playwright'
import { transform } from 'esbuild'
import type { Alias, Plugin, UserConfig } from 'vite'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { browserArgs, findBrowser } from './tools/testkit/src/browser.ts'

/**
 * Every package that is built as a library: where it lives and where its tests run.
 * The rest is read from the `exports` of its package.json, by one rule:
 * `./dist/fetch/index.js` is built from `src/fetch/index.ts`.
 */
const packages: Record<string, { folder: string; testedIn: Place[] }> = {
  '@fluxgate/core': { folder: 'packages/core', testedIn: ['node', 'chromium'] },
  '@fluxgate/react': { folder: 'packages/react', testedIn: ['node', 'chromium'] },
  '@fluxgate/listeners': { folder: 'packages/listeners', testedIn: ['node', 'chromium'] },
  '@fluxgate/devtools': { folder: 'devtools', testedIn: ['node', 'chromium'] },
}

type Place = 'node' | 'chromium'

/** `vite build --mode @fluxgate/core` builds that package; without a package the config is that of the tests. */
export default defineConfig(({ mode }) =>
  mode in packages ? libraryBuild(mode) : { test: { projects: testProjects() } },
)

// Builds

function libraryBuild(name: string): UserConfig {
  return {
    root: folderOf(name),
    envDir: false,
    publicDir: false,
    plugins: [declarations()],
    build: {
      target: 'es2022',
      minify: false,
      sourcemap: true,
      lib: { entry: entriesOf(name), formats: ['es'] },
      rolldownOptions: {
        external: /^(@?[a-z][\w.-]*)(:|\/|$)/,
        // One file per source file: traces and `dist` read like `src`, and subpaths share every class.
        output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
      },
    },
  }
}

/** TypeScript writes the declarations, but leaves `.ts` in their imports; what is published says `.js`. */
function declarations(): Plugin {
  let root = ''
  return {
    name: 'declarations',
    configResolved(config) {
      root = config.root
    },
    closeBundle() {
      const tsc = 'tsc --project tsconfig.build.json'
      const { status } = spawnSync(tsc, { cwd: root, shell: true, stdio: 'inherit' })
      if (status !== 0) this.error(`'${tsc}' found errors`)
      for (const file of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.d.ts')) continue
        const path = join(root, 'dist', file)
        const text = readFileSync(path, 'utf8')
        writeFileSync(path, text.replace(/((?:from|import) ?\(?'\.[^']*)\.tsx?'/g, "$1.js'"))
      }
    },
  }
}

// Tests

/** See tools/testkit/src/fast-check.ts; a browser has no environment. */
const seed = Number(process.env['FLUXGATE_SEED'] ?? 1)

function testProjects(): TestProjectInlineConfiguration[] {
  const ofPackages = Object.entries(packages).flatMap(([name, { folder, testedIn }]) =>
    testedIn.map((place) => testProject(name.replace('@fluxgate/', ''), folder, place)),
  )
  const onReact18 = (['node', 'chromium'] as const).map((place) =>
    testProject('react@18', 'packages/react', place, react18()),
  )
  return [
    ...ofPackages,
    ...onReact18,
    testProject('playground', 'playground', 'node'),
    testProject('tools', 'tools', 'node'),
  ]
}

/** The other React that packages/react is for, installed beside the one that everybody here uses. */
function react18(): Alias[] {
  const installed = resolve(import.meta.dirname, 'tools/react-18/node_modules')
  return [
    { find: /^(react|react-dom)(?=\/|$)/, replacement: `${installed}/$1` },
    // what it offers Node is CommonJS, whose `require` knows no alias
    {
      find: /^@testing-library\/react$/,
      replacement: '@testing-library/react/dist/@testing-library/react.esm.js',
    },
  ]
}

/**
 * The same files run in every place. `*.node.test.ts` and `*.browser.test.ts` are for what exists in one only.
 */
function testProject(
  name: string,
  folder: string,
  place: Place,
  aliases: Alias[] = [],
): TestProjectInlineConfiguration {
  const notHere = place === 'node' ? 'browser' : 'node'
  const browser = findBrowser()
  const root = resolve(import.meta.dirname, folder)
  const setup = resolve(root, 'test/global-setup.ts')
  return {
    root,
    resolve: { alias: [...sourceAliases(place), ...aliases] },
    plugins: [standardDecorators()],
    // What the tests import is bundled before the first one runs; found later, it would reload them all.
    optimizeDeps: { entries: ['**/*.test.{ts,tsx}'] },
    test: {
      name: `${name}:${place}`,
      provide: { seed },
      include: ['**/*.test.{ts,tsx}'],
      // a busy machine is slow, not wrong
      testTimeout: 60_000,
      hookTimeout: 60_000,
      exclude: [
        '**/node_modules/**',
        '**/dist/**',
        `**/*.${notHere}.test.{ts,tsx}`,
        ...(name === 'react@18' ? ['**/*.react19.*'] : []),
      ],
      // Runs in Node beside the tests of both places: servers that tests in a browser cannot start.
      ...(existsSync(setup) && { globalSetup: setup }),
      // In Node an alias holds only in what Vitest transforms.
      ...(aliases.length > 0 && {
        server: { deps: { inline: [/@testing-library\/react/, /@tanstack/, /react-router/] } },
      }),
      ...(place === 'chromium' && {
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({
            launchOptions: { args: browserArgs, ...(browser && { executablePath: browser }) },
          }),
          instances: [{ browser: 'chromium' }],
        },
      }),
    },
  }
}

/** Tests and other packages see the sources of a package, never a build that may be old. */
function sourceAliases(place: Place): Alias[] {
  const conditions = ['import', 'default', place === 'node' ? 'node' : 'browser']
  return Object.keys(packages).flatMap((name) =>
    Object.entries(exportsOf(name)).map(([subpath, target]) => ({
      find: new RegExp(`^${name}${subpath.slice(1)}$`),
      replacement: sourceOf(name, pick(target, conditions)),
    })),
  )
}

/**
 * Vite's own transform leaves standard decorators as they are, which no engine runs yet. Of the compilers
 * that lower them we take the strictest one to pass: esbuild calls `@payments.wrap` without `payments`.
 */
function standardDecorators(): Plugin {
  return {
    name: 'standard-decorators',
    enforce: 'pre',
    transform: {
      filter: { id: { include: /\.tsx?$/, exclude: /node_modules/ }, code: /^\s*@[\w(]/m },
      handler: (code, id) =>
        transform(code, {
          loader: id.endsWith('x') ? 'tsx' : 'ts',
          sourcefile: id,
          sourcemap: true,
          target: 'es2022',
          tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, jsx: 'preserve' } },
        }),
    },
  }
}

// What a package.json says

type Export = string | { [condition: string]: Export }

function folderOf(name: string): string {
  const folder = packages[name]?.folder
  if (folder === undefined) throw new Error(`No package ${name} in vite.config.ts`)
  return resolve(import.meta.dirname, folder)
}

function exportsOf(name: string): Record<string, Export> {
  return JSON.parse(readFileSync(resolve(folderOf(name), 'package.json'), 'utf8')).exports
}

/** The file an export leads to under these conditions: the first one that matches, as in Node. */
function pick(target: Export, conditions: string[]): string {
  if (typeof target === 'string') return target
  const match = Object.entries(target).find(([condition]) => conditions.includes(condition))
  if (!match) throw new Error(`No export for ${conditions.join(', ')} in ${JSON.stringify(target)}`)
  return pick(match[1], conditions)
}

function sourceOf(name: string, built: string): string {
  const source = resolve(folderOf(name), built.replace('./dist/', './src/').replace(/\.js$/, '.ts'))
  return existsSync(source) ? source : `${source}x`
}

/** Every file that an export leads to under any condition, declarations aside. */
function entriesOf(name: string): string[] {
  const targets = (target: Export): string[] =>
    typeof target === 'string' ? [target] : Object.values(target).flatMap(targets)
  const built = Object.values(exportsOf(name)).flatMap(targets)
  return [...new Set(built.filter((path) => path.endsWith('.js')))].map((path) =>
    sourceOf(name, path),
  )
}
