import * as core from '@fluxgate/core'
import * as devtools from '@fluxgate/core/devtools'
import * as fetch from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import * as coreCopy from '@fluxgate/core-copy'
import * as panel from '@fluxgate/devtools'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import * as react from '@fluxgate/react'
import { conformance } from '../../conformance/conformance.ts'
import { type ConformanceCase, cases } from '../../conformance/conformance-case.ts'
import { type ConformanceReport, runConformance } from '../../conformance/run-conformance.ts'

/** Runs the whole suite against the packages as this runtime, or its bundler, resolved them. */
export function runSuite(
  isServer: boolean,
  more: readonly ConformanceCase[] = [],
): Promise<ConformanceReport> {
  return runConformance(
    {
      core,
      fetch,
      devtools,
      testing,
      listeners: { prometheus, slack },
      isServer,
      copy: { core: coreCopy },
    },
    { cases: [...conformance, ...installed, ...more] },
  )
}

/** What holds for an installed package only. */
const installed = cases('1. Packages', {
  'a second copy of the core is another one': () => {
    if (coreCopy.CircuitBreaker === core.CircuitBreaker) throw new Error('they are the same')
  },
  '@fluxgate/react can be imported': () => expectFunction(react.useCircuit),
  '@fluxgate/devtools can be imported': () => expectFunction(panel.FluxgateDevtools),
})

function expectFunction(value: unknown): void {
  if (typeof value !== 'function') throw new Error(`a ${typeof value} instead of a function`)
}
