import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { build } from 'esbuild'

/** Allows scripts and requests of the page's own origin, and no Trusted Types policy. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

let server: Server
let origin: string
const hooks: string[] = []

test.beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, 'content-security/page.tsx')],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    write: false,
    // ignores the paths of tsconfig.json, so that the build is tested
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const scripts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  server = createServer((request, response) => {
    const { url = '/', method } = request
    const script = scripts.get(url)
    if (script !== undefined) {
      response.setHeader('content-type', 'text/javascript').end(script)
    } else if (url === '/') {
      response.setHeader('content-security-policy', policy).setHeader('content-type', 'text/html')
      response.end('<!doctype html><html lang="en"><script type="module" src="/page.js"></script>')
    } else if (url === '/hook' && method === 'POST') {
      hooks.push(String(request.headers['x-fluxgate-signature']))
      response.writeHead(204).end()
    } else {
      response.writeHead(url === '/broken' ? 503 : 404).end()
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  // localhost is a secure context, which signing a webhook needs
  origin = `http://localhost:${(server.address() as AddressInfo).port}`
})

test.afterAll(() => {
  server?.close()
  server?.closeAllConnections()
})

/** Collects the violations of the policy from now on. */
async function violationsOf(page: Page): Promise<string[]> {
  const violations: string[] = []
  await page.exposeFunction('report', (violation: string) => violations.push(violation))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, sample, sourceFile, lineNumber } = event
      const report = Reflect.get(window, 'report')
      report(`${violatedDirective}: ${sample} at ${sourceFile}:${lineNumber}`)
    })
  })
  page.on('pageerror', (error) => violations.push(error.message))
  return violations
}

test('runs core, fetch, React and the panel under the strictest policy', async ({ page }) => {
  const violations = await violationsOf(page)
  await page.goto(origin)
  await expect(page).toHaveTitle('ready')
  await expect(page.getByText('closed, 0 failures')).toBeVisible()
  const call = page.getByRole('button', { name: 'Call', exact: true })
  await call.click()
  await expect(page.getByText('closed, 1 failures')).toBeVisible()
  await call.click()
  await expect(page.getByText('open, 0 failures')).toBeVisible()
  await expect.poll(() => hooks).toEqual([expect.stringMatching(/^sha256=[0-9a-f]{64}$/)])

  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  const circuit = page.getByRole('listbox', { name: 'Circuits' }).getByRole('option')
  await expect(circuit).toHaveText([/api.*open/])
  for (const tab of ['Metrics', 'Configuration', 'Why?']) {
    await page.getByRole('tab', { name: tab }).click()
  }
  await page.getByRole('button', { name: 'Timeline as a table' }).click()
  await expect(page.getByRole('table')).toContainText('api')
  await call.click()
  await expect(page.getByText('The API is down')).toBeVisible()
  expect(violations).toEqual([])
})

test('enforces the policy', async ({ page }) => {
  const violations = await violationsOf(page)
  await page.goto(origin)
  await expect(page).toHaveTitle('ready')
  const thrown = await page.evaluate(() => {
    const attempts = [
      () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      () => Reflect.get(window, 'trustedTypes').createPolicy('mine', {}),
      () => document.body.setAttribute('style', 'color: red'),
    ]
    return attempts.map((attempt) => {
      try {
        attempt()
        return 'done'
      } catch (error) {
        return String(error).slice(0, 9)
      }
    })
  })
  expect(thrown).toEqual(['TypeError', 'TypeError', 'done'])
  await expect
    .poll(() => violations.map((violation) => violation.split(':')[0]).sort())
    .toEqual(['require-trusted-types-for', 'style-src-attr', 'trusted-types'])
})
