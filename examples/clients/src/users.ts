import {
  type Client,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { users } from './circuits.js'
import { guardedStream } from './guarded-stream.js'

export interface User {
  id: string
  name: string
}

interface UsersClient extends Client {
  get(
    request: { id: string },
    options: { deadline: number },
    done: (error: Error | null, user: User) => void,
  ): { cancel(): void }
  list(request: { id: string }): AsyncIterable<User>
}

const definition = loadPackageDefinition(loadSync('users.proto'))
const Users = definition.Users as ServiceClientConstructor
const address = process.env.USERS_ADDRESS ?? 'localhost:50051'
const client = new Users(address, credentials.createInsecure()) as Client as UsersClient

export function getUser(id: string): Promise<User> {
  return users.call(
    ({ signal }) =>
      new Promise<User>((resolve, reject) => {
        const call = client.get({ id }, { deadline: Date.now() + 1_500 }, (error, user) =>
          error ? reject(error) : resolve(user),
        )
        signal?.addEventListener('abort', () => call.cancel())
      }),
  )
}

export const listUsers = () => guardedStream(users, () => client.list({ id: '' }))
