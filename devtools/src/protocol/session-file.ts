import type { WireEvent } from '@fluxgate/core/devtools'
import * as z from 'zod/mini'
import { JsonEventSplitter } from './json-event-splitter.ts'
import { check } from './reading.ts'
import { address, count, id, list, timestamp, uncheckedList } from './schema-primitives.ts'
import { wireEvent } from './wire-event.ts'

/** The events of one document, as they are saved. The format calls a document an epoch. */
export interface SavedDocument {
  readonly frame: string
  readonly epoch: string
  readonly url: string
  readonly visits: readonly number[]
  /** Whether it was the document of its frame when the file was saved. */
  readonly present: boolean
  readonly end: number
  readonly seen: number
  readonly clearedTo: number
  /** By circuit: the index of its last event that was evicted or cleared. */
  readonly evictedTo: Readonly<Record<string, number>>
  readonly events: readonly WireEvent[]
}

/** A saved session: the events, from which the state is computed again. */
export interface SessionFile {
  readonly format: 'fluxgate-devtools'
  readonly version: 1
  /** Unix ms. */
  readonly savedAt: number
  readonly invalid: number
  readonly evicted: number
  readonly epochs: readonly SavedDocument[]
}

const header = z.object({ format: z.literal('fluxgate-devtools'), version: z.number() })

const file = z.object({
  format: z.literal('fluxgate-devtools'),
  version: z.literal(1),
  savedAt: timestamp,
  invalid: count,
  evicted: count,
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
      evictedTo: z.record(id, count),
      events: uncheckedList(),
    }),
    1_000,
  ),
})

/** Called between portions of a long task. Returns a promise to let the event loop run. */
export type YieldToMain = () => Promise<void> | undefined

/**
 * Parses a saved session while its text arrives. A file is as untrusted as a page: malformed events
 * are discarded and counted.
 *
 * @throws TypeError when the text is not a saved session of version 1
 */
export async function readSessionFile(
  text: Iterable<string> | AsyncIterable<string>,
  yieldToMain: YieldToMain,
): Promise<SessionFile> {
  const splitter = new JsonEventSplitter()
  const parsed: (WireEvent | undefined)[] = []
  for await (const chunk of text) {
    for (const json of splitter.split(chunk)) {
      parsed.push(check(wireEvent, fromJson(json)))
      // after each event, because one can be large; an await without need would be slow
      const pause = yieldToMain()
      if (pause !== undefined) await pause
    }
  }
  const session = parseSession(fromJson(splitter.remainder))
  await yieldToMain()
  let { invalid } = session
  const epochs = session.epochs.map((epoch) => {
    const events = epoch.events.flatMap((index) => parsed[Number(index)] ?? [])
    invalid += epoch.events.length - events.length
    return { ...epoch, events }
  })
  return { ...session, invalid, epochs }
}

function fromJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new TypeError('this file is not JSON')
  }
}

function parseSession(value: unknown): z.infer<typeof file> {
  const known = check(header, value)
  if (known === undefined) throw new TypeError('this file is not a Fluxgate session')
  if (known.version !== 1) {
    throw new TypeError(`this file has version ${known.version}; this panel reads version 1`)
  }
  const session = check(file, value)
  if (session === undefined) throw new TypeError('this Fluxgate session is damaged')
  return session
}
