import type { WireCommandResult, WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { address, amount, count, id, many, text } from './schema-primitives.ts'
import { wireEvent } from './wire-event.ts'

/** More characters than any page has reason to answer with. */
export const maxAnswerLength = 20_000_000

const MAX_EVENTS = 20_000

/** What a document answered to one read, checked. */
export interface Reading {
  readonly epoch: string
  readonly url: string
  readonly next: number
  readonly dropped: number
  readonly events: readonly WireEvent[]
  /** How many events were thrown away because they are none. */
  readonly invalid: number
}

const reading = z.object({
  epoch: id,
  url: address,
  answer: z.object({
    next: amount,
    dropped: count,
    events: many(MAX_EVENTS),
  }),
})

const commandResult = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: text }),
])

/**
 * Reads the JSON that a page answered with. The page may be hostile: nothing that it says throws,
 * and nothing that is not of the right shape gets through.
 *
 * @returns nothing when the answer as a whole is none
 */
export function parseReading(json: string): Reading | undefined {
  const found = parse(reading, json)
  if (found === undefined) return undefined
  const { epoch, url, answer } = found
  const events = answer.events.flatMap((value) => check(wireEvent, value) ?? [])
  const invalid = answer.events.length - events.length
  return { epoch, url, next: answer.next, dropped: answer.dropped, events, invalid }
}

/** Reads the JSON that a page answered a command with. */
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

/** @internal Nothing for a value that is none, or so deep that looking at it fails. */
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
