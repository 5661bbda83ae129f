import type { WireCommand } from '@fluxgate/core/devtools'

/** Arguments of a read. */
interface ReadRequest {
  /** The document that the cursor belongs to; another document is read from its beginning. */
  readonly epoch: string
  readonly cursor: number
  /** Ids of circuits of that document. */
  readonly metrics: readonly string[]
}

/**
 * Access to one frame. Answers are strings, so that no object of the page reaches the panel: JSON,
 * {@link noHook}, {@link noAnswer} or {@link tooLong}. Rejects when the page throws.
 */
export interface FrameClient {
  read(request: ReadRequest): Promise<string>
  command(epoch: string, command: WireCommand): Promise<string>
}

/** The answer of a document without Fluxgate. */
export const noHook = 'absent'
/** The answer of a browser that evaluates nothing, as Firefox while it loads a document. */
export const noAnswer = 'no answer'
/** Replaces an answer of more than `maxAnswerLength` characters. */
export const tooLong = 'too long'
