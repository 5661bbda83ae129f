import { localClient } from './local-client.ts'
import { PollingTransport } from './polling-transport.ts'
import type { Transport } from './transport.ts'

/**
 * Reads the document that runs this code: for the in-page panel and for tests.
 *
 * @param options.now Unix ms
 */
export function memoryTransport(options: { readonly now: () => number }): Transport {
  const url = () => (typeof location === 'object' ? location.href.slice(0, 2_000) : '')
  const client = localClient({ url })
  return new PollingTransport({ ...options, clientFor: () => client })
}
