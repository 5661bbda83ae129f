import fc from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The seed of all property tests. */
    readonly seed: number
  }
}

/**
 * fast-check with a fixed seed, so that every run tries the same examples. For other examples:
 * `FLUXGATE_SEED=2 npm run test:unit`.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject('seed') })

export default fc
