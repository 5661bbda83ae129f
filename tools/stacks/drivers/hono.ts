import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensureNpmProgram, npmPrograms } from '../../conformance/runtimes/npm-program.ts'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import type { RunningApp, StackRun } from '../stack-run.ts'
import { answer, fail, Service } from '../stub-services/service.ts'

interface Services {
  readonly CATALOG_URL: string
  readonly WEBHOOK_URL: string
}

export const hono: Stack = {
  name: 'hono',
  packages: ['hono'],
  async run(run) {
    await run.scripts('types')
    const catalog = await Service.start(run, answer(['apple']))
    const webhook = await Service.start(run, answer({}))
    const services = { CATALOG_URL: catalog.url, WEBHOOK_URL: webhook.url }
    for (const { name, start } of runtimes) {
      catalog.behaviour = answer(['apple'])
      webhook.requests.length = 0
      const { url } = await start(run, services)
      await drive(run, `${name} ${npmPrograms[name].version}`, url, catalog, webhook)
    }
  },
}

const runtimes = [
  { name: 'workerd', start: startWorkerd },
  { name: 'bun', start: startBun },
  { name: 'deno', start: startDeno },
] as const

async function drive(
  run: StackRun,
  runtime: string,
  url: string,
  catalog: Service,
  webhook: Service,
): Promise<void> {
  const items = () => request(`${url}/items`)

  await run.test(`${runtime}: answers through the guarded fetch`, async () => {
    const { status, text } = await items()
    assert.deepEqual([status, text], [200, '["apple"]'])
  })

  await run.test(`${runtime}: answers 503 with Retry-After, and sends nothing`, async () => {
    catalog.behaviour = fail(500)
    assert.deepEqual(await statuses(3, items), [502, 502, 502])
    const sent = await catalog.countDuring(async () => {
      const { status, headers, text } = await items()
      assert.deepEqual([status, text], [503, '{"error":"try again later"}'])
      assert.match(headers.get('retry-after') ?? '', /^[12]$/)
    })
    assert.equal(sent, 0)
    assert.equal((await request(`${url}/health`)).text, '[{"name":"catalog","state":"open"}]')
  })

  await run.test(`${runtime}: recovers with three probes`, async () => {
    catalog.behaviour = answer(['plum'])
    await eventually(items, ({ status }) => status === 200)
    assert.deepEqual(await statuses(3, items), [200, 200, 200])
    assert.equal((await request(`${url}/health`)).text, '[{"name":"catalog","state":"closed"}]')
  })

  await run.test(`${runtime}: delivers each transition to the webhook, in order`, async () => {
    await eventually(items, () => webhook.requests.length >= 3)
    const transitions = webhook.requests.map(({ body }) => JSON.parse(body).transition)
    assert.deepEqual(transitions, ['closed->open', 'open->half_open', 'half_open->closed'])
  })
}

async function startBun(run: StackRun, services: Services): Promise<RunningApp> {
  const bun = await ensureNpmProgram('bun', npmPrograms.bun)
  return run.start(bun, ['--no-install', 'src/bun.ts'], {
    env: { ...services },
    readyPath: '/health',
  })
}

async function startDeno(run: StackRun, services: Services): Promise<RunningApp> {
  const deno = await ensureNpmProgram('deno', npmPrograms.deno)
  const flags = ['--no-prompt', '--allow-net', '--allow-env', '--cached-only', '--no-lock']
  const env = { ...services, DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(run.folder, '.deno') }
  return run.start(deno, ['run', ...flags, 'src/deno.ts'], { env, readyPath: '/health' })
}

async function startWorkerd(run: StackRun, services: Services): Promise<RunningApp> {
  const workerd = await ensureNpmProgram('workerd', npmPrograms.workerd)
  // as Cloudflare's `wrangler` does, which needs a newer Node.js
  await build({
    entryPoints: [join(run.folder, 'src/worker.ts')],
    outfile: join(run.folder, 'worker.js'),
    bundle: true,
    conditions: ['workerd', 'worker', 'browser'],
    platform: 'browser',
    external: [...builtinModules, 'node:*', 'cloudflare:*'],
    format: 'esm',
    target: 'es2022',
    tsconfigRaw: {},
    logLevel: 'warning',
  })
  const port = await run.freePort()
  const bindings = Object.entries(services).map(
    ([name, text]) => `(name = "${name}", text = "${text}")`,
  )
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "app", worker = .app),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "app")],
);
const app :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [${bindings.join(', ')}],
  compatibilityDate = "2025-10-01",
);
`
  writeFileSync(join(run.folder, 'config.capnp'), config)
  return run.start(workerd, ['serve', 'config.capnp'], { port, readyPath: '/health' })
}
