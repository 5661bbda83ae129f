import type { CircuitBreaker, Metrics } from '@fluxgate/core'
import { useCircuit } from './use-circuit.ts'

declare const circuit: CircuitBreaker
declare const wanted: boolean
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
  same<Metrics | undefined>()(useCircuit('payments', { metrics: wanted }).metrics)
  same<Metrics | undefined>()(useCircuit('payments', {}).metrics)

  // @ts-expect-error no circuit at all
  useCircuit(7)
  // @ts-expect-error no such option
  useCircuit(circuit, { metric: true })
  // @ts-expect-error a view cannot be changed
  useCircuit(circuit).state = 'open'
}
