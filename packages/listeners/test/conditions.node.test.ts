import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const { exports } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'),
) as { exports: Record<string, Record<string, string>> }

/** The first export that matches, as resolvers choose it. */
function resolved(subpath: string, conditions: readonly string[]): string | undefined {
  return Object.entries(exports[subpath] ?? {}).find(([condition]) =>
    [...conditions, 'default'].includes(condition),
  )?.[1]
}

describe.each(['./prometheus', './slack'])('%s', (subpath) => {
  const name = subpath.slice(2)

  test.each([
    ['Node.js', ['node', 'import']],
    ['Jest with node', ['node', 'node-addons', 'require']],
    ['Bun', ['bun', 'node', 'import']],
    ['Deno', ['deno', 'node', 'import']],
    ['Wrangler', ['workerd', 'worker', 'browser', 'import']],
  ])('is the listener for %s', (_runtime, conditions) => {
    expect(resolved(subpath, conditions)).toBe(`./dist/${name}-listener.js`)
  })

  test.each([
    ['browsers', ['browser', 'import']],
    ['web workers', ['worker', 'browser', 'import']],
    ['worker bundles without browser', ['worker', 'import']],
    ['edge routes', ['edge-light', 'import']],
    ['edge routes of Next', ['edge-light', 'worker', 'browser', 'import']],
    ['Jest with jsdom', ['browser', 'require']],
  ])('is the stand-in for %s', (_runtime, conditions) => {
    expect(resolved(subpath, conditions)).toBe(`./dist/${name}-server-only.js`)
  })

  test('begins with the types, which have no conditions', () => {
    expect(Object.keys(exports[subpath] ?? {})[0]).toBe('types')
  })
})

test.each(['prometheus', 'slack'])(
  'the guard of the message of %s is right without and with a window',
  (name) => {
    const program = `
      import * as module from './src/${name}-server-only.ts'
      const [name, Listener] = Object.entries(module).find(([key]) => key.endsWith('Listener'))
      let message
      try {
        new Listener()
      } catch (error) {
        message = error.message
      }
      const guard = message.split('guard the constructor: ')[1].replace('…', '')
      const results = []
      for (const globals of [[], ['window'], ['self', 'importScripts'], ['EdgeRuntime']]) {
        for (const each of globals) globalThis[each] ??= globalThis
        results.push(new Function(name, 'return ' + guard)(Listener))
      }
      console.log(JSON.stringify(results))`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const cwd = resolve(import.meta.dirname, '..')
    const output = execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })
    expect(JSON.parse(output)).toEqual([false, false, false, false])
  },
)
