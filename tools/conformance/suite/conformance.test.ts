import * as core from '@fluxgate/core'
import * as devtools from '@fluxgate/core/devtools'
import * as fetch from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import { expect, test, vi } from 'vitest'
import { conformance } from './conformance.ts'
import { runConformance } from './run-conformance.ts'
import type { Subject } from './subject.ts'

test('the sources conform to the contract', async () => {
  // a busy machine is slow, not wrong
  const options = { caseTimeoutMs: 30_000 }
  const { failed, passed, total } = await runConformance(await sources(), options)
  expect(failed.map(({ section, name, error }) => `${section} ${name}: ${error}`)).toEqual([])
  expect(passed).toBe(total)
})

test('no two cases have one name', () => {
  const names = conformance.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

async function sources(): Promise<Subject> {
  vi.resetModules()
  const copy = { core: await import('@fluxgate/core') }
  return { core, fetch, devtools, testing, listeners: { prometheus, slack }, isServer: true, copy }
}
