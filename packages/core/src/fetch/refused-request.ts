import { callNotPermittedBrand } from '../model/errors.ts'

/**
 * Why fetch refused a request: it was never sent, so that circuits count it like a rejection of
 * another circuit, as nothing. Nobody gets to see it but listeners of calls.
 */
export class RefusedRequest extends Error {
  constructor(cause: unknown) {
    super('fetch refused the request', { cause })
  }

  get [callNotPermittedBrand](): true {
    return true
  }
}
