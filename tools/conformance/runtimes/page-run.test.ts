import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPage } from './page-run.ts'
import type { Project } from './project.ts'

let project: Project

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-page-run-'))
  await writeFile(join(folder, 'page.js'), "import { x } from './x.js'; document.title = x")
  await writeFile(join(folder, 'x.js'), "export const x = 'bundled'")
  project = { folder, remove: () => rm(folder, { recursive: true }) }
})
afterAll(() => project.remove())

/** Sends a request as the page would. */
const post = async (url: string, body: string) => {
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200)
}

test('serves the page under a strict policy and resolves with its report', async () => {
  let policy: string | null = null
  let script = ''
  let closed = 0
  const report = { passed: 1, failed: [], total: 1, durationMs: 3 }
  const run = runPage(project, async (url) => {
    policy = (await fetch(url)).headers.get('Content-Security-Policy')
    script = await (await fetch(new URL('page.js', url))).text()
    expect((await fetch(new URL('favicon.ico', url))).status).toBe(404)
    await post(`${url}report`, JSON.stringify(report))
    return async () => void closed++
  })
  expect(await run).toEqual(report)
  expect(policy).toBe(
    "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
  )
  expect(script).toContain('document.title')
  expect(script).not.toContain('import')
  expect(closed).toBe(1)
})

test('rejects with the error of the page and closes the browser', async () => {
  let closed = 0
  const run = runPage(project, async (url) => {
    await post(`${url}error`, 'SyntaxError')
    return async () => void closed++
  })
  await expect(run).rejects.toThrow('the page sent no report: SyntaxError')
  expect(closed).toBe(1)
})

test('rejects when the browser does not start', async () => {
  const run = runPage(project, () => Promise.reject(new Error('no display')))
  await expect(run).rejects.toThrow('no display')
})
