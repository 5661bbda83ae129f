import type { WireCommand } from '@fluxgate/core/devtools'
import { type ProcessInfo, processUrl } from '../node/process-url.ts'
import { type FrameClient, noAnswer, noHook } from '../transports/frame-client.ts'
import { commandExpression, infoExpression, readExpression } from './hook-expression.ts'
import { ConnectionClosed, type Evaluator } from './inspector-connection.ts'
import { timedOut, withTimeout } from './with-timeout.ts'

/** Longer than the time after which the panel shows that a process does not answer, in ms. */
const READ_MS = 2_500
const COMMAND_MS = 5_000

interface Connected {
  readonly evaluator: Evaluator
  readonly url: string
}

/**
 * Reads the circuits of a process through its inspector. A process that has ended, or has not started,
 * is reported as absent; each read tries to connect again.
 */
export class InspectorClient implements FrameClient {
  readonly #connect: () => Promise<Evaluator>
  #connected: Promise<Connected> | undefined
  /** Settles when the process has answered the last read. */
  #reading: Promise<void> | undefined

  constructor(connect: () => Promise<Evaluator>) {
    this.#connect = connect
  }

  /** The address of the process, or `undefined` when it cannot be reached. */
  async url(): Promise<string | undefined> {
    return (await this.#connection())?.url
  }

  /**
   * Sends one read at a time, so that reads do not queue up in a process that is busy or paused. Resolves
   * after `READ_MS` in any case: other processes need the few connections of the browser to the server.
   */
  async read(request: Parameters<FrameClient['read']>[0]): Promise<string> {
    let isExpired = false
    const answer = await withTimeout(
      READ_MS,
      this.#readInTurn(request, () => isExpired),
    )
    isExpired = true
    return answer === timedOut ? noAnswer : answer
  }

  async #readInTurn(
    { epoch, cursor, metrics }: Parameters<FrameClient['read']>[0],
    isExpired: () => boolean,
  ): Promise<string> {
    while (this.#reading !== undefined) await this.#reading
    if (isExpired()) return noAnswer
    const reading = this.#evaluate(({ url }) => readExpression(url, epoch, cursor, metrics))
    this.#reading = reading.then(ignore, ignore).then(() => {
      this.#reading = undefined
    })
    return (await reading) ?? noHook
  }

  async command(epoch: string, command: WireCommand): Promise<string> {
    const result = this.#evaluate(() => commandExpression(epoch, command))
    const answer = await withTimeout(COMMAND_MS, result)
    if (answer !== timedOut && answer !== undefined) return answer
    const error =
      answer === timedOut ? 'no answer; the command may still run' : 'the process does not answer'
    return JSON.stringify({ ok: false, error })
  }

  async close(): Promise<void> {
    const connected = await this.#connected?.catch(() => undefined)
    await connected?.evaluator.close()
  }

  /** Resolves with `undefined` without a connection. */
  async #evaluate(expression: (connected: Connected) => string): Promise<string | undefined> {
    const connected = await this.#connection()
    if (connected === undefined) return undefined
    try {
      const result = await connected.evaluator.evaluate(expression(connected))
      return typeof result === 'string' ? result : ''
    } catch (error) {
      // a process that ends may interrupt the code with an exception before the connection closes
      const hasEnded = error instanceof ConnectionClosed || (await isEnding(connected.evaluator))
      if (!hasEnded) throw error
      this.#connected = undefined
      return undefined
    }
  }

  async #connection(): Promise<Connected | undefined> {
    this.#connected ??= this.#open()
    const pending = this.#connected
    try {
      return await pending
    } catch {
      if (this.#connected === pending) this.#connected = undefined
      return undefined
    }
  }

  async #open(): Promise<Connected> {
    const evaluator = await this.#connect()
    const info = parseInfo(await evaluator.evaluate(infoExpression))
    return { evaluator, url: processUrl(info) }
  }
}

function ignore(): void {}

/** Only a process that ends cannot evaluate this. */
async function isEnding(evaluator: Evaluator): Promise<boolean> {
  try {
    await evaluator.evaluate('null')
    return false
  } catch {
    return true
  }
}

function parseInfo(json: unknown): ProcessInfo {
  const value: unknown = JSON.parse(String(json))
  const { pid, script, productionHost }: Record<string, unknown> = { ...Object(value) }
  return {
    pid: Number(pid),
    ...(typeof script === 'string' && { script }),
    ...(typeof productionHost === 'string' && { productionHost }),
  }
}
