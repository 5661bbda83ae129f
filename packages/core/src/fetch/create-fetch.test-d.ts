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
