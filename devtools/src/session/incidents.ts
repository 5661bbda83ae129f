import { allRows, type CircuitRow } from './circuit-rows.ts'
import { type Downtime, downtimesOf } from './downtime.ts'
import { logEntry } from './log-entry.ts'
import type { LogEntry, SessionState } from './state.ts'

/** Circuits that went down one shortly after another, probably of one cause. */
export interface Incident {
  /** Unix ms of the first and of the last trip. */
  readonly from: number
  readonly lastTripAt: number
  /** The circuit that went down first. */
  readonly first: CircuitRow
  /** The downtime of that circuit. */
  readonly downtime: Downtime
  /** The log entry of that trip; absent when it was lost. */
  readonly entry?: LogEntry
  /** Number of circuits that went down. */
  readonly circuits: number
  /** Number of those that are still down. */
  readonly down: number
  /** Unix ms of the next probe of any of its circuits; absent when none is scheduled. */
  readonly nextProbeAt?: number
  /** Number of probe rounds that failed, of all its circuits. */
  readonly failedProbes: number
  /** Unix ms at which the last circuit recovered; absent while one is down. */
  readonly recoveredAt?: number
}

/**
 * Trips with a longer pause between them belong to different incidents. A window of many calls trips
 * later than a streak, so circuits with the same cause trip some seconds apart.
 */
const MAX_PAUSE_MS = 15_000
const MAX_INCIDENTS = 20

interface Trip {
  readonly row: CircuitRow
  readonly downtime: Downtime
}

/** The latest incidents: ongoing ones first, the others newest first. */
export function incidents(state: SessionState): readonly Incident[] {
  const { frame } = state.view
  const trips: Trip[] = allRows(state)
    .filter(({ circuit }) => frame === undefined || circuit.address.frame === frame)
    .flatMap((row) =>
      [row.circuit, ...row.earlier].flatMap((circuit) =>
        downtimesOf(circuit).map((downtime) => ({
          row: circuit === row.circuit ? row : { ...row, circuit, key: circuit.key, live: false },
          downtime,
        })),
      ),
    )
    .sort((a, b) => a.downtime.from - b.downtime.from)
  const groups: Trip[][] = []
  // the end of the last downtime in the current group
  let downUntil = Number.NEGATIVE_INFINITY
  for (const trip of trips) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const { from, to = Number.POSITIVE_INFINITY } = trip.downtime
    if (group && last && from <= downUntil && isFollower(trip, last)) {
      group.push(trip)
      downUntil = Math.max(downUntil, to)
    } else {
      groups.push([trip])
      downUntil = to
    }
  }
  return groups
    .slice(-MAX_INCIDENTS)
    .flatMap(incidentOf)
    .sort((a, b) => Number(b.down > 0) - Number(a.down > 0) || b.down - a.down || b.from - a.from)
}

/** Whether a trip came shortly after another one, and both can have one cause. */
function isFollower({ downtime }: Trip, { downtime: last }: Trip): boolean {
  // a circuit that is opened manually does not cause others, nor do others cause it
  if (isManual(downtime) || isManual(last)) return false
  return downtime.from - last.from <= MAX_PAUSE_MS
}

const isManual = ({ trip }: Downtime) => trip?.signal.cause === 'manual'

function incidentOf(trips: readonly Trip[]): Incident[] {
  const [first] = trips
  if (first === undefined) return []
  const down = trips.filter(isDown)
  const ended = Math.max(...trips.map(({ downtime, row }) => downtime.to ?? endOf(row)))
  const probes = down.flatMap(({ row }) => row.circuit.retryAt ?? [])
  const { downtime, row } = first
  const { trip } = downtime
  return [
    {
      from: downtime.from,
      lastTripAt: trips.at(-1)?.downtime.from ?? downtime.from,
      first: row,
      downtime,
      ...(trip && { entry: logEntry(row.circuit.documentKey, row.key, trip) }),
      circuits: new Set(trips.map(({ row: { key } }) => key)).size,
      down: down.length,
      failedProbes: trips.reduce((sum, { downtime: { failedProbes } }) => sum + failedProbes, 0),
      ...(probes.length > 0 && { nextProbeAt: Math.min(...probes) }),
      ...(down.length === 0 && { recoveredAt: ended }),
    },
  ]
}

const isDown = ({ row, downtime }: Trip) => row.live && downtime.to === undefined

/** A circuit that was removed while it was down. */
const endOf = ({ circuit }: CircuitRow) => circuit.removed?.timestamp ?? circuit.since
