declare module 'opossum-prometheus' {
  import type Opossum from 'opossum'
  import type { Registry } from 'prom-client'

  export default class PrometheusMetrics {
    constructor(options: { readonly circuits: readonly Opossum[]; readonly registry: Registry })
  }
}
