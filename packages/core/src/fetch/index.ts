export { createFetch } from './create-fetch.ts'
export type { CreateFetchOptions, OtherFetch } from './create-fetch-options.ts'
export type { RequestHead } from './fetch-arguments.ts'
export { HttpStatusError } from './http-status-error.ts'
