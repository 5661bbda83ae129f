import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { StackRun } from '../stack-run.ts'

/** The parts of @grpc/grpc-js that are used of the example's own copy. */
interface Grpc {
  readonly Server: new () => {
    addService(definition: unknown, methods: Record<string, unknown>): void
    bindAsync(address: string, credentials: unknown, done: (error: Error | null) => void): void
    forceShutdown(): void
  }
  readonly ServerCredentials: { createInsecure(): unknown }
  loadPackageDefinition(definition: unknown): { readonly Users: { readonly service: unknown } }
}

interface Stream {
  write(value: unknown): void
  end(): void
  emit(event: 'error', error: unknown): void
}

/** The service of users.proto. It answers with {@link code} instead of a user, unless that is 0. */
export class GrpcUsers {
  code = 0
  calls = 0
  address = ''

  private constructor() {}

  static async start(run: StackRun): Promise<GrpcUsers> {
    const users = new GrpcUsers()
    const require = createRequire(join(run.folder, 'package.json'))
    const grpc: Grpc = require('@grpc/grpc-js')
    const definition = require('@grpc/proto-loader').loadSync(join(run.folder, 'users.proto'))
    const server = new grpc.Server()
    server.addService(grpc.loadPackageDefinition(definition).Users.service, {
      Get: (
        { request }: { request: { id: string } },
        done: (error: unknown, user?: unknown) => void,
      ) => {
        users.calls++
        if (users.code === 0) done(null, { id: request.id, name: 'Ada' })
        else done({ code: users.code, details: 'refused' })
      },
      List: (call: Stream) => {
        users.calls++
        call.write({ id: '1', name: 'Ada' })
        if (users.code === 0) {
          call.write({ id: '2', name: 'Grace' })
          call.end()
        } else call.emit('error', { code: users.code, details: 'broken' })
      },
    })
    users.address = `127.0.0.1:${await run.freePort()}`
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(users.address, grpc.ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      )
    })
    run.onEnd(() => server.forceShutdown())
    return users
  }
}
