import nodeFetch from 'node-fetch'
import { fetch as undiciFetch } from 'undici'
import { expectTypeOf } from 'vitest'
import { CircuitRegistry } from '../registry.ts'
import { createFetch } from './create-fetch.ts'
import type { CreateFetchOptions } from './create-fetch-options.ts'

expectTypeOf(createFetch()).toEqualTypeOf<typeof fetch>()
expectTypeOf(createFetch).parameter(0).toEqualTypeOf<CreateFetchOptions | undefined>()

createFetch({ fetch, registry: new CircuitRegistry(), maxRetryAfterMs: 1 })
createFetch({ key: (request) => request.url, fallback: () => new Response() })
createFetch({ fallback: async (error, request) => Response.json([error, request.url]) })

// @ts-expect-error key returns the name of a circuit
createFetch({ defaults: { name: 'api' } })
// @ts-expect-error a fallback returns a Response
createFetch({ fallback: () => 'text' })
// @ts-expect-error key is synchronous
createFetch({ key: async (request) => request.url })

createFetch({ fetch: undiciFetch })
createFetch({ fetch: nodeFetch })
const options: CreateFetchOptions = { fetch: undiciFetch, timeoutMs: ({ url }) => url.length }
createFetch(options)
createFetch({
  fetch: async (input, init) => {
    expectTypeOf(input).toEqualTypeOf<Parameters<typeof fetch>[0]>()
    expectTypeOf(init).toEqualTypeOf<RequestInit | undefined>()
    return new Response()
  },
})
createFetch({ key: (request: Request) => request.url, isFailure: ({ status }) => status > 499 })
// @ts-expect-error it returns no response
createFetch({ fetch: async () => 5 })
