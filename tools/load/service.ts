import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { cooldown, failureStreak, LogListener, type Signal, WebhookListener } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { SlackListener, type SlackTemplates } from '@fluxgate/listeners/slack'
import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { states } from '@fluxgate/testkit/subject-rig'
import { LogLevel, WebClient } from '@slack/web-api'
import { Backend } from '../../playground/server/backend.ts'
import { DevtoolsReader } from './devtools-reader.ts'
import { LoopDelayMonitor } from './loop-delay.ts'
import { ModelComparer } from './model-comparer.ts'
import { RequestCounter } from './request-counter.ts'
import type { Sample, ServiceRequest, StubAddresses } from './service-protocol.ts'
import { SignalDigest, shortLivedName, signalText } from './signal-digest.ts'

// The playground's backend in its own process, with every listener, called over HTTP.

const stubs: StubAddresses = JSON.parse(process.argv[2] ?? '')
const textOf = ({ oldState, newState, timestamp }: Signal) =>
  signalText(`${oldState}->${newState}`, timestamp)

const requests = new RequestCounter(Object.values(stubs.services))
const comparer = new ModelComparer()
const logged = new SignalDigest()
const devtools = new DevtoolsReader()
let errors = 0

const write = (line: string) => {
  const [circuit = '', text = ''] = line.split('|')
  logged.add(circuit, text)
}
const log = new LogListener({
  logger: { info: write, warn: write },
  format: (signal) => `${signal.circuitName}|${textOf(signal)}`,
})
const { url: slackApiUrl, token, channel } = stubs.slack
const line = (signal: Signal) => `${signal.circuitName}|${textOf(signal)}`
const slack = new SlackListener({
  channel,
  client: new WebClient(token, { slackApiUrl, logLevel: LogLevel.ERROR }),
  templates: templates(),
})
const webhook = new WebhookListener({ url: stubs.hook, secret: 'load-test', backoffMs: 50 })
// the log is full within the first minutes, so that later growth is a leak
const listeners = [log, webhook, devtoolsListener({ capacity: 60 }), comparer]
const backend = new Backend((name) => stubs.services[name] ?? '', slack, listeners)

/** One line per transition, which the receiver can count, also in summaries. */
function templates(): SlackTemplates {
  const moves = states.flatMap((from) => states.map((to) => [`${from}->${to}`, line] as const))
  return {
    ...Object.fromEntries(moves),
    summary: (signals) => signals.map(line).join('\n'),
    digest: (circuits) => circuits.flat().map(line).join('\n'),
  }
}

// Calls

let arrived = 0
let answered = 0
let unreportedAtLeast = 0
let unreportedAtMost = 0

const server = createServer(async (request, response) => {
  const name = request.url?.slice(1) ?? ''
  if (name === 'metrics') {
    response.end(await backend.metrics.metrics())
    return
  }
  arrived++
  const before = comparer.disabledEpoch(name)
  const status = await backend.call(name)
  answered++
  if (before !== undefined) unreportedAtMost++
  if (before !== undefined && before === comparer.disabledEpoch(name)) unreportedAtLeast++
  response.writeHead(status === 200 ? 200 : status === undefined ? 503 : 502).end()
})

// Short-lived circuits are created, trip, recover and are removed: what remains of them is a leak

let shortLived = 0
let running: Promise<void> | undefined
const shortLivedTimer = setInterval(() => {
  running ??= runShortLivedCircuit().finally(() => {
    running = undefined
  })
}, 1_000)

async function runShortLivedCircuit(): Promise<void> {
  const name = shortLivedName(++shortLived)
  const circuit = backend.circuits.define(name, {
    tripper: failureStreak(2),
    retry: cooldown(50),
    probes: 1,
    onError: () => void errors++,
  })
  const down = () => Promise.reject(new Error('down'))
  for (let i = 0; i < 3; i++) await circuit.call(down).catch(() => {})
  await setTimeout(60)
  await circuit.call(() => 'up')
  await circuit.flush()
  devtools.read() // before the log drops the events of a removed circuit
  backend.circuits.delete(name)
}

// Measurements

const recent = new LoopDelayMonitor()
const overall = new LoopDelayMonitor()
setInterval(() => devtools.read(), 250)

async function sample(): Promise<Sample> {
  await idle()
  const loop = recent.delay
  const loopOverall = overall.delay
  // garbage collection blocks the loop and must not count as delay
  await recent.pauseDuring(() => overall.pauseDuring(collectGarbage))
  recent.reset()
  const { heapUsed, rss } = process.memoryUsage()
  devtools.read()
  return {
    heap: heapUsed,
    rss,
    loop,
    loopOverall,
    arrived,
    answered,
    unreported: [unreportedAtLeast, unreportedAtMost],
    sent: requests.sent,
    unsent: requests.unsent,
    inFlight: [...backend.circuits].reduce((sum, { inFlight }) => sum + inFlight, 0),
    observations: comparer.observations,
    logged: logged.digests,
    devtools: devtools.digests,
    devtoolsDropped: devtools.dropped,
    errors,
  }
}

/** Resolves when every request is answered. The load generator is paused meanwhile. */
async function idle(): Promise<void> {
  while (answered < arrived) await setTimeout(50)
}

async function finish(): Promise<Sample> {
  clearInterval(shortLivedTimer)
  await running
  await idle()
  await Promise.all([...backend.circuits].map((circuit) => circuit.flush()))
  await slack.flush()
  return sample()
}

process.on('message', async (message: ServiceRequest) => {
  if (message.kind === 'transition') backend.execute(message)
  else process.send?.(await (message.kind === 'finish' ? finish() : sample()))
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
