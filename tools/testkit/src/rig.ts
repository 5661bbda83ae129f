import * as conformance from '@fluxgate/conformance/rig'
import type { BreakerOptions } from '@fluxgate/core'
import * as core from '@fluxgate/core'
import * as testing from '@fluxgate/core/testing'

export { COOLDOWN_MS, states } from '@fluxgate/conformance/rig'

/** The rig of the conformance suite, over the sources. */
export class Rig extends conformance.Rig {
  constructor(options: Partial<BreakerOptions> = {}) {
    super({ core, testing }, options)
  }
}
