import { CircuitBreaker, type Listener } from '@fluxgate/core'
import {
  OpenTelemetryListener,
  type OpenTelemetryListenerOptions,
} from '@fluxgate/listeners/opentelemetry'
import { metrics } from '@opentelemetry/api'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { expectTypeOf } from 'vitest'

// `tsc` checks this file; it is never executed.

new OpenTelemetryListener()
new OpenTelemetryListener({ meter: metrics.getMeter('app'), durations: true })
new OpenTelemetryListener({ meter: new MeterProvider().getMeter('app') })
new OpenTelemetryListener({ attributes: { region: 'eu', shard: 3, canary: false } })
new OpenTelemetryListener({ meter: undefined, attributes: undefined, durations: undefined })
// @ts-expect-error a provider is not a meter
new OpenTelemetryListener({ meter: new MeterProvider() })
// @ts-expect-error lists are no attributes
new OpenTelemetryListener({ attributes: { region: ['eu'] } })

expectTypeOf<OpenTelemetryListener>().toExtend<Listener>()
expectTypeOf<OpenTelemetryListenerOptions['durations']>().toEqualTypeOf<boolean | undefined>()
new CircuitBreaker({ name: 'payments', listeners: [new OpenTelemetryListener()] })
