import type { SignalSent } from '@fluxgate/core/devtools'
import type { LaneRow } from '../src/panel/timeline/timeline-picture.ts'
import { RULER_HEIGHT } from '../src/panel/timeline/timeline-picture.ts'
import { circuitRows } from '../src/session/circuit-rows.ts'
import { emptySession, reduce } from '../src/session/reduce.ts'
import { batch } from './messages.ts'
import { added, start } from './wire-events.ts'

/** The lane of one circuit after these signals, ten minutes long. */
export function laneRow(...signals: readonly SignalSent[]): LaneRow {
  const [row] = circuitRows(reduce(emptySession, batch([added(), ...signals])))
  if (row === undefined) throw new Error('The session has no circuit')
  const until = start + 600_000
  return { key: row.key, circuit: row.circuit, until, y: RULER_HEIGHT, selected: false }
}
