import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { cooldown, failureStreak, LogListener, type Signal, WebhookListener } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { SlackListener, type SlackTemplates } from '@fluxgate/listeners/slack'
import { LogLevel, WebClient } from '@slack/web-api'
import { Backend } from '../../playground/server/backend.ts'
import { DevtoolsReader } from './devtools-reader.ts'
import { LoopWatch } from './loop-delay.ts'
import { ModelComparer } from './model-comparer.ts'
import type { Question, Sample, World } from './service-protocol.ts'
import { entry, SignalDigest, visitorName } from './signal-digest.ts'
import { Wire } from './wire.ts'

// The playground's backend in a process of its own, with every listener there is, called by HTTP.

const world: World = JSON.parse(process.argv[2] ?? '')
const written = ({ oldState, newState, timestamp }: Signal) =>
  entry(`${oldState}->${newState}`, timestamp)

const wire = new Wire(Object.values(world.services))
const witness = new ModelComparer()
const logged = new SignalDigest()
const devtools = new DevtoolsReader()
let errors = 0

const write = (line: string) => {
  const [circuit = '', text = ''] = line.split('|')
  logged.add(circuit, text)
}
const log = new LogListener({
  logger: { info: write, warn: write },
  format: (signal) => `${signal.circuitName}|${written(signal)}`,
})
const { url: slackApiUrl, token, channel } = world.slack
const line = (signal: Signal) => `${signal.circuitName}|${written(signal)}`
const slack = new SlackListener({
  channel,
  client: new WebClient(token, { slackApiUrl, logLevel: LogLevel.ERROR }),
  templates: templates(),
})
const webhook = new WebhookListener({ url: world.hook, secret: 'of the soak', backoffMs: 50 })
// a log that is full within the first minutes, so that what grows later is no history
const more = [log, webhook, devtoolsListener({ capacity: 60 }), witness]
const backend = new Backend((name) => world.services[name] ?? '', slack, more)

/** Every transition in words that the receiver can count, in summaries too. */
function templates(): SlackTemplates {
  const states = ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'] as const
  const moves = states.flatMap((from) => states.map((to) => [`${from}->${to}`, line] as const))
  return { ...Object.fromEntries(moves), summary: (signals) => signals.map(line).join('\n') }
}

// Calls

let arrived = 0
let answered = 0
let untoldAtLeast = 0
let untoldAtMost = 0

const server = createServer(async (request, response) => {
  const name = request.url?.slice(1) ?? ''
  if (name === 'metrics') {
    response.end(await backend.metrics.metrics())
    return
  }
  arrived++
  const before = witness.disabledEpoch(name)
  const status = await backend.call(name)
  answered++
  if (before !== undefined) untoldAtMost++
  if (before !== undefined && before === witness.disabledEpoch(name)) untoldAtLeast++
  response.writeHead(status === 200 ? 200 : status === undefined ? 503 : 502).end()
})

// Circuits that come, trip, recover and go: what they leave behind would be a leak

let visitors = 0
let visiting: Promise<void> | undefined
const visits = setInterval(() => {
  visiting ??= visit().finally(() => {
    visiting = undefined
  })
}, 1_000)

async function visit(): Promise<void> {
  const name = visitorName(++visitors)
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
  devtools.read() // before it is forgotten with those that left
  backend.circuits.delete(name)
}

// Measures

const recent = new LoopWatch()
const overall = new LoopWatch()
setInterval(() => devtools.read(), 250)

async function sample(): Promise<Sample> {
  await rest()
  const loop = recent.delay
  const loopOverall = overall.delay
  // collecting stops the loop, which is not the service's fault
  await recent.aside(() => overall.aside(collect))
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
    untold: [untoldAtLeast, untoldAtMost],
    sent: wire.sent,
    unsent: wire.unsent,
    inFlight: [...backend.circuits].reduce((sum, { inFlight }) => sum + inFlight, 0),
    testimony: witness.testimony,
    logged: logged.accounts,
    devtools: devtools.accounts,
    devtoolsDropped: devtools.dropped,
    errors,
  }
}

/** Until every request is answered; no new ones come meanwhile. */
async function rest(): Promise<void> {
  while (answered < arrived) await setTimeout(50)
}

/** Again and again, because what has a finalizer, as responses have, goes only after its turn. */
async function collect(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.()
    await setImmediate()
  }
}

async function finish(): Promise<Sample> {
  clearInterval(visits)
  await visiting
  await rest()
  await Promise.all([...backend.circuits].map((circuit) => circuit.flush()))
  await slack.flush()
  return sample()
}

process.on('message', async (question: Question) => {
  if (question.kind === 'move') backend.obey(question)
  else process.send?.(await (question.kind === 'finish' ? finish() : sample()))
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
