import { createHash } from 'node:crypto'
import type { RedisConnection } from '../../src/redis/redis-connection.ts'
import { runScript, type Script } from '../../src/redis/run-script.ts'
import { SCRIPT, TIME } from '../../src/redis/script.ts'
import { FORMAT, type Report, type StateUpdate } from '../../src/store/message.ts'
import type { FleetRecord } from '../../src/store/record.ts'
import { applyReport } from '../../src/store/transition.ts'

/** A report whose fields are relative to the record to which it is applied. */
export interface RelativeReport
  extends Omit<Report, 'format' | 'incarnation' | 'version' | 'fence'> {
  readonly incarnation: 'same' | 'other'
  readonly version: 'same' | 'older'
  readonly fence: 'same' | 'older' | 'none'
}

interface Expected {
  readonly answers: unknown[]
  readonly updates: unknown[]
}

const CHANNEL = 'lockstep:updates'

/** Applies reports to Redis by the script and to a record by the transition function. */
export class ScriptLockstep {
  /** The values of each condition of the script, by its text. */
  readonly conditions: Map<string, Set<string>>
  readonly #connection: RedisConnection
  readonly #script: Script
  readonly #records = new Map<string, FleetRecord>()
  readonly #updates: StateUpdate[] = []
  #run = 0

  constructor(connection: RedisConnection) {
    this.#connection = connection
    const { source, conditions } = instrument(SCRIPT.source)
    this.#script = { source, sha: createHash('sha1').update(source).digest('hex') }
    this.conditions = conditions
    connection.subscribe(
      CHANNEL,
      (message) => this.#updates.push(JSON.parse(String(message))),
      () => {},
    )
  }

  /** Begins with an empty store. */
  begin(): void {
    this.#run++
    this.#records.clear()
    this.#updates.length = 0
  }

  /** The updates that were received in this run. */
  get updates(): readonly unknown[] {
    return this.#updates.filter(({ name }) => name.startsWith(`${this.#run}/`)).map(visible)
  }

  /** Deletes the record of a circuit, or replaces it by text that is no record. */
  async lose(name: string, content: string | undefined): Promise<void> {
    this.#records.delete(name)
    const [key = ''] = this.#keysOf(name)
    await this.#send(content === undefined ? ['DEL', key] : ['SET', key, content])
  }

  /** Applies the reports of one exchange to both. `actual` are the answers of the script. */
  async apply(
    instance: string,
    reports: readonly RelativeReport[],
    now: number,
  ): Promise<{ actual: unknown[]; expected: Expected }> {
    const expected: Expected = { answers: [], updates: [] }
    const sent = reports.map((report) => this.#applyToRecord(instance, report, now, expected))
    await this.#setTime(now)
    const [time, ...answers] = (await runScript(
      this.#connection,
      this.#script,
      reports.flatMap(({ name }) => this.#keysOf(name)),
      ['0', instance, CHANNEL, ...sent.map((report) => JSON.stringify(report))],
    )) as unknown[]
    if (time !== now) throw new Error(`the script returned the time ${time}`)
    return { actual: answers.map((answer) => visible(JSON.parse(String(answer)))), expected }
  }

  /** Sends a report that arrives after its deadline, and returns the reply. */
  async applyLate(instance: string, report: RelativeReport, now: number): Promise<unknown> {
    await this.#setTime(now)
    const keys = this.#keysOf(report.name)
    const args = [String(now - 1), instance, CHANNEL, JSON.stringify({ ...report, format: FORMAT })]
    return runScript(this.#connection, this.#script, keys, args)
  }

  /** Reads from Redis which conditions were true or false. */
  async readConditions(): Promise<void> {
    const reply = (await this.#send(['SMEMBERS', 'lockstep:conditions'])) as string[]
    for (const entry of reply) {
      const [number, value = ''] = entry.split(' ')
      this.#valuesOf(Number(number)).add(value)
    }
  }

  #valuesOf(number: number): Set<string> {
    const values = [...this.conditions.values()][number]
    if (values === undefined) throw new Error(`the script has no condition ${number}`)
    return values
  }

  #applyToRecord(
    instance: string,
    report: RelativeReport,
    now: number,
    { answers, updates }: Expected,
  ): Report {
    const before = this.#records.get(report.name)
    const absolute: Report = {
      ...report,
      // updates of an earlier run may still arrive
      name: `${this.#run}/${report.name}`,
      format: FORMAT,
      incarnation: report.incarnation === 'same' ? (before?.incarnation ?? '') : 'other',
      version: (before?.version ?? 0) - (report.version === 'same' ? 0 : 1),
      fence: report.fence === 'none' ? 0 : (before?.fence ?? 0) - (report.fence === 'same' ? 0 : 1),
    }
    const incarnation = timeOf(now).join('-')
    const { record, answer, hasChanged } = applyReport(before, instance, absolute, now, incarnation)
    this.#records.set(report.name, record)
    answers.push(answer)
    if (hasChanged) updates.push(answer)
    return absolute
  }

  async #setTime(now: number): Promise<void> {
    const [seconds, micros] = timeOf(now)
    await this.#send(['MSET', 'lockstep:s', seconds, 'lockstep:us', micros])
  }

  #keysOf(name: string): string[] {
    const key = `lockstep:${this.#run}:${name}`
    return [key, `${key}:seen`, `${key}:votes`, `${key}:failed`]
  }

  #send(command: string[]): Promise<unknown> {
    return this.#connection.send('lockstep', command)
  }
}

/** Changes the script: it reads the time from keys, and records the value of each condition. */
function instrument(source: string) {
  const conditions = new Map<string, Set<string>>()
  const instrumented = source
    .replace(TIME, "call('MGET', 'lockstep:s', 'lockstep:us')")
    .replace(/\b(if|elseif) (.+?) then/g, (_all, keyword, condition) => {
      const number = conditions.size
      conditions.set(`${number}: ${condition}`, new Set())
      return `${keyword} record(${number}, ${condition}) then`
    })
  const record = `local function record(number, value)
  redis.call('SADD', 'lockstep:conditions', number .. (value and ' true' or ' false'))
  return value
end
`
  return { source: record + instrumented, conditions }
}

/** The answer without the fields of the record that the script adds. */
function visible(answer: object): unknown {
  const {
    due: _due,
    delayMs: _delayMs,
    leaseUntil: _until,
    ...rest
  }: Record<string, unknown> = { ...answer }
  return rest
}

function timeOf(now: number): [string, string] {
  return [String(Math.floor(now / 1_000)), String((now % 1_000) * 1_000)]
}
