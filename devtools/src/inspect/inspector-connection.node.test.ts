import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { InspectorConnection } from './inspector-connection.ts'

/** The code of a connection that ended without a closing handshake. */
const NO_HANDSHAKE = 1006

test('ends a connection without a closing handshake, which can freeze the process', async () => {
  const server = createServer((_request, response) => response.end('[{"id":"target"}]'))
  const sockets = new WebSocketServer({ server })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const accepted = once(sockets, 'connection')
    const connection = await InspectorConnection.open(port)
    const [socket] = await accepted
    const closed = once(socket, 'close')
    await connection.close()
    expect((await closed)[0]).toBe(NO_HANDSHAKE)
    await connection.close()
  } finally {
    sockets.close()
    server.close()
  }
})
