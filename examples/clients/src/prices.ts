import { on } from 'node:events'
import { WebSocket } from 'ws'
import { prices } from './circuits.js'
import { guardedStream } from './guarded-stream.js'

async function* open(): AsyncGenerator<string> {
  const socket = new WebSocket(process.env.PRICES_URL ?? 'ws://localhost:8080')
  let closedWith = 1006
  socket.once('close', (code) => {
    closedWith = code
  })
  try {
    // an `error` event rejects
    for await (const [data] of on(socket, 'message', { close: ['close'] })) yield String(data)
    if (closedWith !== 1000) throw new Error(`closed with ${closedWith}`)
  } finally {
    socket.close()
  }
}

export const streamPrices = () => guardedStream(prices, open)
