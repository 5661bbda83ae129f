import fc from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The seed of all random tests. */
    readonly seed: number
  }
}

/**
 * Uses the same seed in every run, so that results are reproducible. For another seed:
 * `FLUXGATE_SEED=2 npm run test:unit`.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject('seed') })

export default fc
