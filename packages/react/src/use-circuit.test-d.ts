import type { CircuitHandle, Metrics } from '@fluxgate/core'
import { useCircuit } from './use-circuit.ts'

declare const circuit: CircuitHandle
declare const showMetrics: boolean
interface Order {
  readonly id: string
}
declare function getOrder(id: string, init?: { signal?: AbortSignal }): Promise<Order>

const same =
  <T>() =>
  <U extends T>(value: U, ..._: [T] extends [U] ? [] : [never]): U =>
    value

export function UsesTypes() {
  const { call, retryAt, metrics } = useCircuit(circuit)
  same<Promise<Order>>()(call(() => getOrder('1')))
  same<Promise<Order>>()(call(({ signal }) => getOrder('1', signal ? { signal } : {})))
  same<Promise<number>>()(call(() => 7))
  same<Promise<Order | null>>()(call(() => getOrder('1'), { fallback: () => null }))
  same<number | undefined>()(retryAt)
  same<Metrics | undefined>()(metrics)

  same<Metrics>()(useCircuit('payments', { metrics: true }).metrics)
  same<Metrics>()(useCircuit('payments', { metrics: 500 }).metrics)
  same<Metrics | undefined>()(useCircuit('payments', { metrics: showMetrics }).metrics)
  same<Metrics | undefined>()(useCircuit('payments', {}).metrics)

  // @ts-expect-error not a circuit
  useCircuit(7)
  // @ts-expect-error unknown option
  useCircuit(circuit, { metric: true })
  // @ts-expect-error views are readonly
  useCircuit(circuit).state = 'open'
}
