import * as core from '@fluxgate/core'
import * as devtools from '@fluxgate/core/devtools'
import * as fetch from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import * as view from '@fluxgate/core/view'
import * as coreCopy from '@fluxgate/core-copy'
import * as openTelemetry from '@fluxgate/listeners/opentelemetry'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import { conformance } from '../../suite/conformance.ts'
import type { ConformanceCase } from '../../suite/conformance-case.ts'
import { type ConformanceReport, runConformance } from '../../suite/run-conformance.ts'
import { installed } from './installed.ts'

/** Runs the suite against the packages that this runtime, or its bundler, resolved. */
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
      view,
      listeners: { openTelemetry, prometheus, slack },
      isServer,
      copy: { core: coreCopy },
    },
    { cases: [...conformance, ...installed, ...more] },
  )
}
