import { Redis } from 'ioredis'

/**
 * Receives the messages of a channel, also after Redis was started again.
 *
 * @returns a function that unsubscribes
 */
export function subscribeTo(
  port: number,
  channel: string,
  onMessage: (text: string) => void,
): () => void {
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  client.on('message', (_channel, text) => onMessage(text))
  client.subscribe(channel).catch(() => {})
  return () => client.disconnect()
}
