import fc from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where chance begins in every test that leaves something to it. */
    readonly seed: number
  }
}

/**
 * Properties are tried with the same examples in every run: what passes today passes tomorrow, and
 * what fails fails again. For others: `FLUXGATE_SEED=2 npm run test:unit`.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject('seed') })

export default fc
