import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stacks } from './stacks/index.ts'

const root = resolve(import.meta.dirname, '../..')
const examples = join(root, 'examples')
const folders = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

test('every example is driven, and every stack has an example', () => {
  expect(stacks.map(({ name }) => name).sort()).toEqual(folders)
})

describe.each(folders)('examples/%s', (name) => {
  const read = (file: string) => readFileSync(join(examples, name, file), 'utf8')

  test('has a README of about ten lines', () => {
    const lines = read('README.md').trim().split('\n')
    expect(lines[0]).toMatch(/^# /)
    expect(lines.length).toBeLessThan(20)
  })

  test('names files that exist in its README', () => {
    const named = [
      ...read('README.md').matchAll(/`((?:app|lib|src)\/[^`]+|[\w.-]+\.config\.\w+)`/g),
    ]
    const files = named.map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => !existsSync(join(examples, name, file)))).toEqual([])
  })

  test('installs what is compatible, without a lock file', () => {
    const { private: isPrivate, dependencies, devDependencies } = JSON.parse(read('package.json'))
    expect(isPrivate).toBe(true)
    expect(existsSync(join(examples, name, 'package-lock.json'))).toBe(false)
    const ranges = Object.entries<string>({ ...dependencies, ...devDependencies })
    // React Router's packages require one exact version of each other
    const allowed = /^(npm:[\w-]+@)?\^\d/
    const wrong = ranges.filter(([dependency, range]) => {
      return !allowed.test(range) && !/^(@react-router\/|react-router$)/.test(dependency)
    })
    expect(wrong).toEqual([])
  })

  test('installs the versions of our packages that the repository has', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const ours = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([dependency]) => dependency.startsWith('@fluxgate/'),
    )
    const { version } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'))
    expect(ours.length).toBeGreaterThan(0)
    expect(ours.filter(([, range]) => range !== `^${version}`)).toEqual([])
  })
})

describe('the documentation of Jest', () => {
  const page = readFileSync(join(root, 'packages/core/docs/testing.md'), 'utf8')
  const section = page.slice(page.indexOf('## Jest'))
  const blocks = [...section.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)

  test('shows the configurations that are run', () => {
    const files = ['babel', 'swc', 'ts-jest'].map((name) => `jest/jest.${name}.config.js`)
    expect(blocks).toEqual(files.map((file) => readFileSync(join(examples, file), 'utf8')))
  })

  test('shows a pattern for pnpm that ignores all other packages', () => {
    const [, quoted = ''] = /pattern is `'([^']+)'`/.exec(section) ?? []
    const pattern = new RegExp(quoted.replaceAll('\\\\', '\\'))
    const store = '/app/node_modules/.pnpm'
    expect(
      pattern.test(`${store}/@fluxgate+core@0.1.0/node_modules/@fluxgate/core/dist/index.js`),
    ).toBe(false)
    expect(pattern.test('/app/node_modules/@fluxgate/core/dist/index.js')).toBe(false)
    expect(pattern.test(`${store}/pino@10.0.0/node_modules/pino/pino.js`)).toBe(true)
    expect(pattern.test('/app/node_modules/pino/pino.js')).toBe(true)
  })
})
