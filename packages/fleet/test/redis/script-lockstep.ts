import { createHash } from 'node:crypto'
import type { RedisConnection } from '../../src/redis/redis-connection.ts'
import { runScript, type Script } from '../../src/redis/run-script.ts'
import { SCRIPT, TIME } from '../../src/redis/script.ts'
import { FORMAT, type News, type Report } from '../../src/store/message.ts'
import type { FleetRecord } from '../../src/store/record.ts'
import { applyReport } from '../../src/store/transition.ts'

/** A report of a circuit that refers to the record as it is when the report is applied. */
export interface RelativeReport extends Omit<Report, 'format' | 'life' | 'version' | 'fence'> {
  readonly life: 'same' | 'other'
  readonly version: 'same' | 'older'
  readonly fence: 'same' | 'older' | 'none'
}

interface Expected {
  readonly answers: unknown[]
  readonly news: unknown[]
}

const NEWS = 'lockstep:news'

/** Applies reports to Redis by the script and to a record by the transition function. */
export class ScriptLockstep {
  /** For each condition of the script, with its text: the values that it has had. */
  readonly conditions: Map<string, Set<string>>
  readonly #connection: RedisConnection
  readonly #script: Script
  readonly #records = new Map<string, FleetRecord>()
  readonly #news: News[] = []
  #run = 0

  constructor(connection: RedisConnection) {
    this.#connection = connection
    const { source, conditions } = instrument(SCRIPT.source)
    this.#script = { source, sha: createHash('sha1').update(source).digest('hex') }
    this.conditions = conditions
    connection.subscribe(
      NEWS,
      (message) => this.#news.push(JSON.parse(String(message))),
      () => {},
    )
  }

  /** Begins with an empty store. */
  begin(): void {
    this.#run++
    this.#records.clear()
    this.#news.length = 0
  }

  /** The news that were received in this run. */
  get news(): readonly unknown[] {
    return this.#news.filter(({ name }) => name.startsWith(`${this.#run}/`)).map(visible)
  }

  /** Loses the record of a circuit, or replaces it by text that is no record. */
  async lose(name: string, content: string | undefined): Promise<void> {
    this.#records.delete(name)
    const [key = ''] = this.#keysOf(name)
    await this.#send(content === undefined ? ['DEL', key] : ['SET', key, content])
  }

  /** Applies the reports of one exchange by both. The first are the answers of the script. */
  async apply(
    instance: string,
    reports: readonly RelativeReport[],
    now: number,
  ): Promise<{ actual: unknown[]; expected: Expected }> {
    const expected: Expected = { answers: [], news: [] }
    const sent = reports.map((report) => this.#applyToRecord(instance, report, now, expected))
    await this.#setTime(now)
    const [time, ...answers] = (await runScript(
      this.#connection,
      this.#script,
      reports.flatMap(({ name }) => this.#keysOf(name)),
      ['0', instance, NEWS, ...sent.map((report) => JSON.stringify(report))],
    )) as unknown[]
    if (time !== now) throw new Error(`the script returned the time ${time}`)
    return { actual: answers.map((answer) => visible(JSON.parse(String(answer)))), expected }
  }

  /** Sends a report that arrives after its deadline, and returns the reply. */
  async applyLate(instance: string, report: RelativeReport, now: number): Promise<unknown> {
    await this.#setTime(now)
    const keys = this.#keysOf(report.name)
    const args = [String(now - 1), instance, NEWS, JSON.stringify({ ...report, format: FORMAT })]
    return runScript(this.#connection, this.#script, keys, args)
  }

  /** Reads which conditions were true or false. */
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
    { answers, news }: Expected,
  ): Report {
    const before = this.#records.get(report.name)
    const absolute: Report = {
      ...report,
      // news of an earlier run may still arrive
      name: `${this.#run}/${report.name}`,
      format: FORMAT,
      life: report.life === 'same' ? (before?.life ?? '') : 'other',
      version: (before?.version ?? 0) - (report.version === 'same' ? 0 : 1),
      fence: report.fence === 'none' ? 0 : (before?.fence ?? 0) - (report.fence === 'same' ? 0 : 1),
    }
    const life = timeOf(now).join('-')
    const { record, answer, isNews } = applyReport(before, instance, absolute, now, life)
    this.#records.set(report.name, record)
    answers.push(answer)
    if (isNews) news.push(answer)
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

/** Reads the time from keys, and notes the value of each condition. */
function instrument(source: string) {
  const conditions = new Map<string, Set<string>>()
  const noted = source
    .replace(TIME, "call('MGET', 'lockstep:s', 'lockstep:us')")
    .replace(/\b(if|elseif) (.+?) then/g, (_all, keyword, condition) => {
      const number = conditions.size
      conditions.set(`${number}: ${condition}`, new Set())
      return `${keyword} note(${number}, ${condition}) then`
    })
  const note = `local function note(number, value)
  redis.call('SADD', 'lockstep:conditions', number .. (value and ' true' or ' false'))
  return value
end
`
  return { source: note + noted, conditions }
}

/** The fields of an answer. The script adds fields of the record. */
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
