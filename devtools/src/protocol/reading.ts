import type { WireCommandResult, WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { address, amount, count, id, text, uncheckedList } from './schema-primitives.ts'
import { wireEvent } from './wire-event.ts'

/** The longest answer that is parsed, in characters. */
export const maxAnswerLength = 20_000_000

const MAX_EVENTS = 20_000

/** The validated answer of a document to one read. */
export interface Reading {
  readonly epoch: string
  readonly url: string
  readonly next: number
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
  const events = answer.events.flatMap((value) => check(wireEvent, value) ?? [])
  const invalid = answer.events.length - events.length
  return { epoch, url, next: answer.next, dropped: answer.dropped, events, invalid }
}

/** Parses the answer of a page to a command; `undefined` when it is malformed. */
export function parseCommandResult(json: string): WireCommandResult | undefined {
  return parse(commandResult, json)
}

function parse<T extends z.core.$ZodType>(schema: T, json: string): z.infer<T> | undefined {
  if (json.length > maxAnswerLength) return undefined
  try {
    return check(schema, JSON.parse(json))
  } catch {
    return undefined
  }
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
