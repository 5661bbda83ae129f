export { type CreateFetchOptions, createFetch } from './create-fetch.ts'
export { HttpStatusError } from './http-status-error.ts'
