import type { WireCommand } from '@fluxgate/core/devtools'

/** What a read asks for. */
interface ReadRequest {
  /** The document that gave the cursor; any other one is read from the beginning. */
  readonly epoch: string
  readonly cursor: number
  /** Ids of circuits of that document. */
  readonly metrics: readonly string[]
}

/**
 * A frame that can be asked. What comes is text, so that nothing alive leaves the page: JSON, or
 * one of {@link noHook} and {@link tooLong}. Rejects when the page throws.
 */
export interface FrameClient {
  read(request: ReadRequest): Promise<string>
  command(epoch: string, command: WireCommand): Promise<string>
}

/** The answer of a document without Fluxgate. */
export const noHook = 'absent'
/** Instead of an answer that is longer than the panel can bear. */
export const tooLong = 'too long'
