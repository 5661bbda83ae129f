import { createServer } from 'node:http'
import { findRejection } from '@fluxgate/core'
import { push, read, write } from './cache.js'
import { circuits } from './circuits.js'
import { streamNews } from './news.js'
import { publish } from './orders.js'
import { streamPrices } from './prices.js'
import { getUser, listUsers } from './users.js'

/** The items of a stream, at most `limit`. */
async function take<T>(stream: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) {
    items.push(item)
    if (items.length === limit) break
  }
  return items
}

const routes: Record<string, () => unknown> = {
  '/user': () => getUser('7'),
  '/users': () => take(listUsers()),
  '/cache/read': () => read('greeting'),
  '/cache/write': () => write('greeting', 'hello'),
  '/cache/push': () => push('greeting', 'wrong type'),
  '/publish': () => publish('order 7'),
  '/prices': () => take(streamPrices()),
  '/prices/first': () => take(streamPrices(), 1),
  '/news': () => take(streamNews()),
  '/': () =>
    Array.from(circuits, (circuit) => {
      const { name, state, metrics } = circuit.snapshot()
      return { name, state, ...metrics }
    }),
}

const server = createServer(async ({ url = '/' }, response) => {
  try {
    const value = await routes[url]?.()
    response.end(JSON.stringify(value ?? null))
  } catch (error) {
    const rejection = findRejection(error)
    response.writeHead(rejection?.status ?? 502, rejection?.headers).end(String(error))
  }
})
server.listen(Number(process.env.PORT ?? 3000))
