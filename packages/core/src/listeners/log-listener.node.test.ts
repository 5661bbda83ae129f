import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogger, format, transports } from 'winston'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { type Logger, LogListener } from './log-listener.ts'

// printf placeholders of loggers, and a line break
const name = 'pay %s %d %o %% \n "quoted"'
const escaped = 'pay %s %d %o %% \\u000a "quoted"'

/** Opens and closes a circuit that logs to `logger`. */
function logTransitions(logger: Logger, structured?: 'pino' | 'winston'): void {
  const listener = new LogListener({ logger, structured })
  const breaker = new CircuitBreaker({ name, listeners: [listener] })
  breaker.forceOpen()
  breaker.reset()
}

function collect() {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      lines.push(...String(chunk).trimEnd().split('\n'))
      callback()
    },
  })
  return { lines, stream }
}

const expected = [
  { level: 'warn', message: `${escaped}: closed -> forced_open: forced open manually` },
  { level: 'info', message: `${escaped}: forced_open -> closed: reset manually` },
]

test('a LogListener writes each signal to pino', () => {
  const { lines, stream } = collect()
  const options = { messageKey: 'message', formatters: { level: (level: string) => ({ level }) } }
  logTransitions(pino(options, stream))
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(expected)
  expect(lines).toHaveLength(2)
})

test.each([
  ['without splat', format.json()],
  ['with splat', format.combine(format.splat(), format.json())],
])('a LogListener writes each signal to winston %s', async (_name, lineFormat) => {
  const { lines, stream } = collect()
  const logger = createLogger({
    format: lineFormat,
    transports: [new transports.Stream({ stream })],
  })
  logTransitions(logger)
  await new Promise((flushed) => {
    logger.on('finish', flushed)
    logger.end()
  })
  expect(lines.map((line) => JSON.parse(line))).toEqual(expected)
})

const records = [
  {
    circuitName: name,
    oldState: 'closed',
    newState: 'forced_open',
    cause: 'manual',
    metrics: { total: 0 },
    ...expected[0],
  },
  { circuitName: name, oldState: 'forced_open', newState: 'closed', ...expected[1] },
]

test("with structured: 'pino', a LogListener passes pino each signal as data", () => {
  const { lines, stream } = collect()
  const options = { messageKey: 'message', formatters: { level: (level: string) => ({ level }) } }
  logTransitions(pino(options, stream), 'pino')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(records)
})

test.each([
  ['without splat', format.json()],
  ['with splat', format.combine(format.splat(), format.json())],
])(
  "with structured: 'winston', a LogListener passes winston each signal as data, %s",
  async (_name, lineFormat) => {
    const { lines, stream } = collect()
    const logger = createLogger({
      format: lineFormat,
      transports: [new transports.Stream({ stream })],
    })
    logTransitions(logger, 'winston')
    await new Promise((flushed) => {
      logger.on('finish', flushed)
      logger.end()
    })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(records)
  },
)
