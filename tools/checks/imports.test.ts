import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkImports } from './imports.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** The lines that are reported in a repository of these files. */
function violations(sources: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'fluxgate-imports-'))
  roots.push(root)
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text.replaceAll('; ', '\n')}\n`)
  }
  return checkImports(root).violations.map((line) => line.split(' ')[0] ?? '')
}

test('accepts imports of lower layers, of the own layer and of allowed packages', () => {
  expect(
    violations({
      'packages/core/src/windows/window.ts': "import '../model/clock.ts'; import './ring.ts'",
      'packages/core/src/windows/window.test.ts': "import 'vitest'; import '../registry.ts'",
      'packages/core/src/registry.ts':
        "import './windows/window.ts'; import './circuit-breaker.ts'",
      'packages/core/src/model/clock.ts': 'export const now = () => performance.now()',
      'packages/react/src/use-circuit.ts': "import 'react'; import '@fluxgate/core'",
      'devtools/src/panel/ui/icon.tsx':
        "import '../app/panel.tsx'; import '../../session/state.ts'",
      'devtools/src/protocol/reading.ts': "import { z } from 'zod/mini'; export default z",
      'playground/server/main.ts': "import 'node:timers/promises'; import '../src/knobs.ts'",
    }),
  ).toEqual([])
})

/** The lines that are reported for each source. Each has a folder of its own, so that Biome starts once. */
function violationsOfEach(cases: readonly (readonly [path: string, source: string])[]) {
  const nested = (index: number, path: string) => `packages/${index}/${path}`
  const found = violations(
    Object.fromEntries(cases.map(([path, source], index) => [nested(index, path), source])),
  )
  return cases.map(([path], index) => {
    const lines = found.filter((line) => line.startsWith(nested(index, '')))
    return [path, lines.map((line) => line.slice(nested(index, path).length))]
  })
}

test('rejects a value, a type, a re-export and a dynamic import of a higher layer', () => {
  const path = 'packages/core/src/windows/window.ts'
  const found = violationsOfEach([
    [path, "import { x } from '../engine/machine.ts'; export default x"],
    [path, "import type { X } from '../engine/machine.ts'; export type Y = X"],
    [path, "export * from '../engine/machine.ts'"],
    [path, "export const x = () => import('../engine/machine.ts')"],
  ])
  expect(found).toEqual(Array(4).fill([path, [':1']]))
})

test('rejects each kind of forbidden import, global and clock', () => {
  const cases = [
    ['packages/core/src/fetch/index.ts', "import '../devtools/index.ts'"],
    ['packages/core/src/listeners/listener.ts', "import '../windows/window.ts'"],
    ['packages/core/src/new-folder/new.ts', "import '../model/clock.ts'"],
    ['packages/core/src/registry.ts', "import 'node:fs'"],
    ['packages/react/src/use-circuit.ts', "import '../../core/src/registry.ts'"],
    ['packages/listeners/src/slack-listener.ts', "import 'prom-client'"],
    ['devtools/src/panel/ui/icon.tsx', "import '../../protocol/reading.ts'"],
    ['devtools/src/session/state.ts', "import 'zod/mini'"],
    ['devtools/src/session/state.ts', 'chrome.devtools.panels'],
    ['packages/core/src/engine/machine.ts', 'export default Date.now()'],
    ['packages/core/src/model/clock.ts', 'export default Math.random()'],
  ] as const
  expect(violationsOfEach(cases)).toEqual(cases.map(([path]) => [path, [':1']]))
})

test('rejects a cycle of types', () => {
  expect(
    violations({
      'packages/core/src/model/a.ts': "import type { B } from './b.ts'; export type A = B",
      'packages/core/src/model/b.ts': "import type { A } from './a.ts'; export type B = A",
    }),
  ).toEqual(['packages/core/src/model/a.ts:1', 'packages/core/src/model/b.ts:1'])
})
