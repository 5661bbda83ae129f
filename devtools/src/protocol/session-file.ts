import type { WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { JsonEventSplitter } from './json-event-splitter.ts'
import { check } from './reading.ts'
import { address, count, id, list, many, timestamp } from './schema-primitives.ts'
import { wireEvent } from './wire-event.ts'

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
  readonly forgottenTo: Readonly<Record<string, number>>
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
  epochs: list(
    z.object({
      frame: address,
      epoch: id,
      url: address,
      visits: list(timestamp, 10_000),
      present: z.boolean(),
      end: count,
      seen: count,
      clearedTo: count,
      forgottenTo: z.record(id, count),
      events: many(),
    }),
    1_000,
  ),
})

/** Called after every little work, so that a long one may be interrupted. */
export type YieldToMain = () => Promise<void> | undefined

const PORTION = 50

/**
 * Reads a saved session while its text comes in. A file is as little to be trusted as a page.
 *
 * @throws TypeError when it is no saved session, saying what is wrong
 */
export async function readSessionFile(
  text: Iterable<string> | AsyncIterable<string>,
  breathe: YieldToMain,
): Promise<SessionFile> {
  const cutter = new JsonEventSplitter()
  const known: (WireEvent | undefined)[] = []
  for await (const piece of text) {
    for (const json of cutter.cut(piece)) {
      known.push(check(wireEvent, fromJson(json)))
      if (known.length % PORTION === 0) await breathe()
    }
  }
  const found = parseHeader(fromJson(cutter.rest))
  await breathe()
  let { invalid } = found
  const epochs = found.epochs.map((epoch) => {
    const events = epoch.events.flatMap((place) => known[Number(place)] ?? [])
    invalid += epoch.events.length - events.length
    return { ...epoch, events }
  })
  return { ...found, invalid, epochs }
}

function fromJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new TypeError('this file is no JSON')
  }
}

function parseHeader(value: unknown): z.infer<typeof file> {
  const known = check(header, value)
  if (known === undefined) throw new TypeError('this file is no Fluxgate session')
  if (known.version !== 1) {
    throw new TypeError(`this file has version ${known.version}; this panel reads version 1`)
  }
  const found = check(file, value)
  if (found === undefined) throw new TypeError('this Fluxgate session is damaged')
  return found
}
