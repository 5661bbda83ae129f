import { expect, test } from 'vitest'
import { outcomeOf } from './outcome.ts'
import type { Project } from './project.ts'
import type { Runtime } from './runtime.ts'

const project: Project = { folder: 'nowhere', remove: async () => {} }
const report = { passed: 2, failed: [], total: 2, durationMs: 5 }

const opera = (prepare: Runtime['prepare']): Runtime => ({ name: 'opera', prepare })

test('runs the project and reports the version of the runtime', async () => {
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

test('reports a runtime that is not installed as not run, with the first line of the error', async () => {
  const missing = opera(async () => {
    throw new Error('Opera is not installed.\nwith a long log\nbelow')
  })
  expect(await outcomeOf(missing, project)).toEqual({
    runtime: 'opera',
    kind: 'not run',
    reason: 'Opera is not installed.',
  })
})

test('reports a runtime without a report as crashed, with the whole error', async () => {
  const run = async () => {
    throw new Error('ended with 1\nsegmentation fault')
  }
  const outcome = await outcomeOf(
    opera(async () => ({ version: '9.1', run })),
    project,
  )
  expect(outcome).toMatchObject({
    kind: 'crashed',
    version: '9.1',
    error: 'ended with 1\nsegmentation fault',
  })
})
