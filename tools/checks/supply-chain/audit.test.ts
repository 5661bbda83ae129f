import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { audit } from './audit.ts'

const servers: { close(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Starts a registry that answers audits with these advisories. */
async function registry(status: number, advisories: object): Promise<string> {
  const server = createServer((request, response) => {
    const isAudit = request.url?.endsWith('/security/advisories/bulk') ?? false
    response.writeHead(isAudit ? status : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAudit ? advisories : {}))
  })
  servers.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('finds nothing without advisories', async () => {
  expect(await audit(await registry(200, {}))).toEqual({ findings: [] })
})

test('finds a vulnerable peer dependency and ignores dev dependencies', async () => {
  const vulnerable = (name: string) => ({
    [name]: [
      {
        id: 1,
        url: 'https://example.com/1',
        title: 'bad',
        severity: 'high',
        vulnerable_versions: '*',
        cwe: [],
        cvss: { score: 7, vectorString: null },
      },
    ],
  })
  const advisories = { ...vulnerable('prom-client'), ...vulnerable('vitest') }
  expect(await audit(await registry(200, advisories))).toEqual({
    findings: ['prom-client: high'],
  })
})

test.each([404, 405])(
  'reports an audit that the registry answers with %i as not run',
  async (status) => {
    expect(await audit(await registry(status, {}))).toEqual({
      notRun: expect.stringContaining(String(status)),
    })
  },
)
