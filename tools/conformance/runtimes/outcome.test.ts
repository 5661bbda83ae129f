import { expect, test } from 'vitest'
import { outcomeOf } from './outcome.ts'
import type { Project } from './project.ts'
import type { Runtime } from './runtime.ts'

const project: Project = { folder: 'nowhere', remove: async () => {} }
const report = { passed: 2, failed: [], total: 2, durationMs: 5 }

const opera = (prepare: Runtime['prepare']): Runtime => ({ name: 'opera', prepare })

test('a runtime that is there runs the project, and is named with its version', async () => {
  const run = async ({ folder }: Project) => ({ ...report, passed: folder === 'nowhere' ? 2 : 0 })
  const outcome = await outcomeOf(
    opera(async () => ({ version: '9.1', run })),
    project,
  )
  expect(outcome).toEqual({
    runtime: 'opera',
    kind: 'ran',
    version: '9.1',
    seconds: expect.any(Number),
    report,
  })
})

test('one that cannot be installed is not run, and one line says why', async () => {
  const missing = opera(async () => {
    throw new Error('No Opera: install it.\nwith a long log\nbelow')
  })
  expect(await outcomeOf(missing, project)).toEqual({
    runtime: 'opera',
    kind: 'not run',
    why: 'No Opera: install it.',
  })
})

test('one that gives no report is broken, with all its last words', async () => {
  const run = async () => {
    throw new Error('ended with 1\nsegmentation fault')
  }
  const outcome = await outcomeOf(
    opera(async () => ({ version: '9.1', run })),
    project,
  )
  expect(outcome).toMatchObject({
    kind: 'broke',
    version: '9.1',
    error: 'ended with 1\nsegmentation fault',
  })
})
