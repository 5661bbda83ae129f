import type { BreakerOptions } from '@fluxgate/core'
import * as core from '@fluxgate/core'
import * as testing from '@fluxgate/core/testing'
import { SubjectRig } from './subject-rig.ts'

export { COOLDOWN_MS, states } from './subject-rig.ts'

/** The rig over the sources, for unit tests. */
export class Rig extends SubjectRig {
  constructor(options: Partial<BreakerOptions> = {}) {
    super({ core, testing }, options)
  }
}
