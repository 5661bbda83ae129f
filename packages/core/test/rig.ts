import * as conformance from '../../../e2e/conformance/rig.ts'
import type { BreakerOptions } from '../src/index.ts'
import * as core from '../src/index.ts'
import * as testing from '../src/testing/index.ts'

export { COOLDOWN_MS, states } from '../../../e2e/conformance/rig.ts'

/** The rig of the conformance suite, over the sources. */
export class Rig extends conformance.Rig {
  constructor(options: Partial<BreakerOptions> = {}) {
    super({ core, testing }, options)
  }
}
