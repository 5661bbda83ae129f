import { devtoolsListener } from '@fluxgate/core/devtools'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import OpossumMetrics from 'opossum-prometheus'
import { Registry } from 'prom-client'
import { calls, counting, FLUXGATE, succeed, TIMED, timed } from './call-subjects.ts'
import { opossum } from './peers.ts'
import { oneByOne, type Subject } from './subject.ts'

const SIGNALS = 'fluxgate call, a listener of signals'
const DEVTOOLS = 'fluxgate call, devtoolsListener attached'
const PROMETHEUS = 'fluxgate call, PrometheusListener'
const OPOSSUM_PROMETHEUS = 'opossum, opossum-prometheus'

/** What listeners add to the cost of a call. */
export const listenerSubjects: readonly Subject[] = [
  {
    name: 'a successful call with a listener',
    goals: [
      { of: SIGNALS, to: FLUXGATE, ratio: 1.05 },
      { of: DEVTOOLS, to: FLUXGATE, ratio: 1.05 },
      { of: PROMETHEUS, to: TIMED, ratio: 2 },
      { of: PROMETHEUS, to: OPOSSUM_PROMETHEUS },
    ],
    candidates: [
      { name: FLUXGATE, make: () => oneByOne(calls(counting(), succeed)) },
      { name: TIMED, make: () => oneByOne(calls(timed(), succeed)) },
      {
        name: SIGNALS,
        make: () => oneByOne(calls(counting(undefined, [() => {}]), succeed)),
      },
      {
        name: DEVTOOLS,
        make: () => oneByOne(calls(counting(undefined, [devtoolsListener()]), succeed)),
      },
      {
        name: PROMETHEUS,
        make: () => {
          const prometheus = new PrometheusListener({ registry: new Registry() })
          return oneByOne(calls(counting(undefined, [prometheus]), succeed))
        },
      },
      {
        name: OPOSSUM_PROMETHEUS,
        make: () => {
          const breaker = opossum(succeed, { timeout: false })
          new OpossumMetrics({ circuits: [breaker], registry: new Registry() })
          return oneByOne(() => breaker.fire())
        },
      },
    ],
  },
]
