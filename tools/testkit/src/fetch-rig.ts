import * as core from '@fluxgate/core'
import * as fetch from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import { type FetchRigOptions, SubjectFetchRig } from './subject-fetch-rig.ts'

/** The guarded fetch over the sources, for unit tests. */
export class FetchRig extends SubjectFetchRig {
  constructor(options: FetchRigOptions = {}) {
    super({ core, fetch, testing }, options)
  }
}
