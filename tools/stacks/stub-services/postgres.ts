import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { StackRun } from '../stack-run.ts'

/** What the server answers to a query: one text column, or an error with this SQLSTATE. */
export type QueryResult = { readonly rows: readonly string[] } | { readonly sqlState: string }

/**
 * Implements the part of PostgreSQL's protocol that a driver needs for `select`: start-up without a
 * password, simple and prepared queries.
 */
export class Postgres {
  result: QueryResult = { rows: [] }
  /** Closes the connection at each query instead of an answer. */
  drops = false
  queries = 0
  url = ''

  private constructor() {}

  static async start(run: StackRun): Promise<Postgres> {
    const postgres = new Postgres()
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      postgres.#serve(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    postgres.url = `postgres://shop@127.0.0.1:${(server.address() as AddressInfo).port}/shop`
    run.onEnd(() => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
    return postgres
  }

  #serve(socket: Socket): void {
    let buffer = Buffer.alloc(0)
    let isStarted = false
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      for (;;) {
        // the first message has no type
        const head = isStarted ? 1 : 0
        if (buffer.length < head + 4) return
        const end = head + buffer.readUInt32BE(head)
        if (buffer.length < end) return
        const type = isStarted ? String.fromCharCode(buffer[0] ?? 0) : 'startup'
        buffer = buffer.subarray(end)
        isStarted = true
        if (!this.#answer(socket, type)) return
      }
    })
  }

  /** @returns whether the connection is still open */
  #answer(socket: Socket, type: string): boolean {
    switch (type) {
      case 'startup':
        socket.write(Buffer.concat([message('R', int32(0)), ready]))
        return true
      case 'P':
        socket.write(message('1'))
        return true
      case 'B':
        socket.write(message('2'))
        return true
      case 'E':
      case 'Q':
        this.queries++
        if (this.drops) {
          socket.destroy()
          return false
        }
        socket.write(Buffer.concat([this.#rows(), ...(type === 'Q' ? [ready] : [])]))
        return true
      case 'S':
        socket.write(ready)
        return true
      default: // Describe is answered with the rows; Terminate needs no answer
        return true
    }
  }

  #rows(): Buffer {
    if ('sqlState' in this.result) {
      const { sqlState } = this.result
      return message('E', text(`SERROR`), text(`C${sqlState}`), text('Mrefused'), Buffer.alloc(1))
    }
    // one column of the type `text`
    const column = [text('id'), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]
    const rows = this.result.rows.map((row) =>
      message('D', int16(1), int32(Buffer.byteLength(row)), Buffer.from(row)),
    )
    const complete = message('C', text(`SELECT ${rows.length}`))
    return Buffer.concat([message('T', int16(1), ...column), ...rows, complete])
  }
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

const ready = message('Z', Buffer.from('I'))

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}
