import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** A logger that records levels and lines. */
function keeping() {
  const lines: string[] = []
  const level = (name: string) => (line: string) => void lines.push(`${name} ${line}`)
  const [debug, info, warn, error] = ['debug', 'info', 'warn', 'error'].map(level)
  return { lines, logger: { debug, info, warn, error } as Record<string, (line: string) => void> }
}

export const logListenerCases = cases('5. LogListener', {
  'LogListener logs open and forced_open as warn and other states as info': (s) => {
    const { lines, logger } = keeping()
    const rig = new SubjectRig(s, { probes: 1, listeners: [new s.core.LogListener({ logger })] })
    rig.fail(3)
    const due = new Date(rig.clock.timestamp() + COOLDOWN_MS).toISOString()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.breaker.forceOpen()
    rig.breaker.disable()
    rig.breaker.metricsOnly()
    rig.fail(3)
    assert.deepEqual(lines, [
      `warn payments: closed -> open: failure streak 3 ≥ 3 over 3 calls; next probe ${due}`,
      'info payments: open -> half_open: retry time reached',
      'info payments: half_open -> closed: 1 of 1 probe succeeded',
      'warn payments: closed -> forced_open: forced open manually',
      'info payments: forced_open -> disabled: disabled manually',
      'info payments: disabled -> metrics_only: set to metrics only manually',
      'info payments: metrics_only, would open: failure streak 3 ≥ 3 over 3 calls',
    ])
  },
  'levels sets the level for each new state': (s) => {
    const { lines, logger } = keeping()
    const levels = { disabled: 'error', forced_open: 'debug' } as const
    const rig = new SubjectRig(s, { listeners: [new s.core.LogListener({ logger, levels })] })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.trip()
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['error', 'debug', 'warn'],
    )
  },
  'format creates the line': (s) => {
    const { lines, logger } = keeping()
    const listener = new s.core.LogListener({ logger, format: ({ newState }) => `now ${newState}` })
    const rig = new SubjectRig(s, { listeners: [listener] })
    rig.breaker.disable()
    assert.deepEqual(lines, ['info now disabled'])
  },
  'LogListener logs to the console by default': (s) => {
    const original = console.info
    const lines: unknown[] = []
    console.info = (line: unknown) => void lines.push(line)
    try {
      const rig = new SubjectRig(s, { listeners: [new s.core.LogListener()] })
      rig.breaker.disable()
    } finally {
      console.info = original
    }
    assert.deepEqual(lines, ['payments: closed -> disabled: disabled manually'])
  },
  'a logger keeps its this, as pino and winston need': (s) => {
    class Logger {
      readonly lines: string[] = []
      info(line: string) {
        this.lines.push(line)
      }
      warn(line: string) {
        this.lines.push(line)
      }
    }
    const logger = new Logger()
    const rig = new SubjectRig(s, { listeners: [new s.core.LogListener({ logger })] })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    assert.strictEqual(logger.lines.length, 2)
  },
  'a name or reason with line breaks is logged as one line': (s) => {
    const { lines, logger } = keeping()
    const name = 'pay\nments\u2028: closed -> open'
    const rig = new SubjectRig(s, { name, listeners: [new s.core.LogListener({ logger })] })
    rig.breaker.trip({ reason: 'x\r\n\u0000y' })
    assert.strictEqual(lines.length, 1)
    assert.notMatch(String(lines[0]), /[\p{Cc}\u2028\u2029]/u)
    assert.include(lines[0], 'pay\\u000aments\\u2028')
    assert.include(lines[0], 'x\\u000d\\u000a\\u0000y')
  },
  'a logger that throws does not affect the call': (s) => {
    const broken = () => {
      throw new Error('disk full')
    }
    const listener = new s.core.LogListener({ logger: { info: broken, warn: broken } })
    const rig = new SubjectRig(s, { listeners: [listener] })
    rig.breaker.disable()
    assert.strictEqual(rig.state, 'disabled')
    assert.deepEqual(
      rig.errors.map(({ source, error }) => `${source} ${error}`),
      ['listener Error: disk full'],
    )
  },
})
