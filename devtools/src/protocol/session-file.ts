import type { WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { address, count, id, timestamp } from './bounded.ts'
import { check, parseEvents } from './reading.ts'

/** What one document told, as a file keeps it. */
export interface SavedEpoch {
  readonly frame: string
  readonly epoch: string
  readonly url: string
  readonly visits: readonly number[]
  /** It was in its frame when the file was saved. */
  readonly present: boolean
  readonly end: number
  readonly seen: number
  readonly clearedTo: number
  /** Per circuit that has any: up to where its own events were let go. */
  readonly forgottenTo: readonly (readonly [circuit: string, index: number])[]
  readonly events: readonly WireEvent[]
}

/** A session as a file: what was told, from which the same picture is made again. */
export interface SessionFile {
  readonly format: 'fluxgate-devtools'
  readonly version: 1
  /** Unix ms. */
  readonly savedAt: number
  readonly invalid: number
  readonly forgotten: number
  readonly epochs: readonly SavedEpoch[]
}

const header = z.object({ format: z.literal('fluxgate-devtools'), version: z.number() })

const file = z.object({
  format: z.literal('fluxgate-devtools'),
  version: z.literal(1),
  savedAt: timestamp,
  invalid: count,
  forgotten: count,
  epochs: z
    .array(
      z.object({
        frame: address,
        epoch: id,
        url: address,
        visits: z.array(timestamp).check(z.maxLength(10_000)),
        present: z.boolean(),
        end: count,
        seen: count,
        clearedTo: count,
        forgottenTo: z.array(z.tuple([id, count])),
        events: z.array(z.unknown()),
      }),
    )
    .check(z.maxLength(1_000)),
})

/**
 * Reads a saved session. A file is as little to be trusted as a page.
 *
 * @throws TypeError when it is no saved session, saying what is wrong
 */
export function parseSessionFile(json: string): SessionFile {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new TypeError('this file is no JSON')
  }
  const known = check(header, value)
  if (known === undefined) throw new TypeError('this file is no Fluxgate session')
  if (known.version !== 1) {
    throw new TypeError(`this file has version ${known.version}; this panel reads version 1`)
  }
  const found = check(file, value)
  if (found === undefined) throw new TypeError('this Fluxgate session is damaged')
  let { invalid } = found
  const epochs = found.epochs.map((epoch) => {
    const parsed = parseEvents(epoch.events)
    invalid += parsed.invalid
    return { ...epoch, events: parsed.events }
  })
  return { ...found, invalid, epochs }
}
