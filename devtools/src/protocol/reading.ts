import type { WireCommandResult, WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { backslash, closeList, closeObject, openList, openObject, quote } from './json-codes.ts'
import { address, amount, count, id, text, timestamp, uncheckedList } from './schema-primitives.ts'
import { wireEvent } from './wire-event.ts'

/** The longest answer that is parsed, in characters. A read of 500 events has less than a tenth. */
export const maxAnswerLength = 4_000_000

const MAX_EVENTS = 20_000
/** Deeper JSON is not parsed. The deepest valid event has 20 levels of a rule, two brackets each. */
const MAX_DEPTH = 100
/** After this number of malformed events the rest of the answer is not checked: checks are slow. */
export const maxInvalidEvents = 100

/** The validated answer of a document to one read. */
export interface Reading {
  readonly epoch: string
  readonly url: string
  readonly next: number
  /** The page's clock, Unix ms; absent when the page does not report it. */
  readonly now?: number
  /** By circuit: how far its clock is behind that of the page, in ms. */
  readonly clocks?: Readonly<Record<string, number>>
  readonly dropped: number
  readonly events: readonly WireEvent[]
  /** Number of events that were discarded as malformed. */
  readonly invalid: number
}

const reading = z.object({
  epoch: id,
  url: address,
  answer: z.object({
    next: amount,
    now: z.exactOptional(timestamp),
    clocks: z.exactOptional(z.record(id, z.number())),
    dropped: count,
    events: uncheckedList(MAX_EVENTS),
  }),
})

const commandResult = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: text }),
])

/**
 * Parses the answer of a page to a read. The page may be hostile: this never throws, and it returns
 * only values of the declared shape. Malformed events are discarded and counted.
 *
 * @returns `undefined` when the answer as a whole is malformed
 */
export function parseReading(json: string): Reading | undefined {
  const parsed = parse(reading, json)
  if (parsed === undefined) return undefined
  const { epoch, url, answer } = parsed
  const { events: values, ...rest } = answer
  const events: WireEvent[] = []
  let invalid = 0
  for (const value of values) {
    const event = check(wireEvent, value)
    if (event !== undefined) events.push(event)
    else if (++invalid >= maxInvalidEvents) break
  }
  return { epoch, url, ...rest, events, invalid: values.length - events.length }
}

/** Parses the answer of a page to a command; `undefined` when it is malformed. */
export function parseCommandResult(json: string): WireCommandResult | undefined {
  return parse(commandResult, json)
}

function parse<T extends z.core.$ZodType>(schema: T, json: string): z.infer<T> | undefined {
  if (json.length > maxAnswerLength || isDeeperThan(MAX_DEPTH, json)) return undefined
  try {
    return check(schema, JSON.parse(json))
  } catch {
    return undefined
  }
}

/** Whether objects and arrays are nested deeper than `max`. Parsing deep JSON needs much memory. */
function isDeeperThan(max: number, json: string): boolean {
  let depth = 0
  let inString = false
  for (let position = 0; position < json.length; position++) {
    const code = json.charCodeAt(position)
    if (inString) {
      if (code === backslash) position++
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === openObject || code === openList) {
      if (++depth > max) return true
    } else if (code === closeObject || code === closeList) depth--
  }
  return false
}

/** @internal `undefined` for a value that does not match the schema, or overflows the stack. */
export function check<T extends z.core.$ZodType>(
  schema: T,
  value: unknown,
): z.infer<T> | undefined {
  try {
    const result = z.safeParse(schema, value)
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}
