import type { CircuitRow } from '../../session/circuit-rows.ts'
import type { ReloadLine } from '../../session/connection.ts'

/** The end of the data of a circuit, Unix ms: now, its removal, or the end of its document. */
export function knownUntil(
  { circuit, live }: CircuitRow,
  reloads: readonly ReloadLine[],
  present: number,
): number {
  if (live) return present
  if (circuit.removed !== undefined) return circuit.removed.timestamp
  const { documentKey, address, since } = circuit
  const next = reloads.find(
    (line) =>
      line.frame === address.frame && line.documentKey !== documentKey && line.timestamp >= since,
  )
  return next?.timestamp ?? present
}
