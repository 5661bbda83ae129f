import type { Clock, FleetMember, FleetStatus, SharedCircuit } from '@fluxgate/core'
import { awaitsProbes } from '../member/awaits-probes.ts'
import type { TabRecord } from './tab-record.ts'
import type { OnLock } from './tab-scope.ts'

/** What the fleet of a tab provides to its members. */
export interface TabContext {
  readonly clock: Clock
  /** Whether the member shares its circuit. */
  isShared(member: TabMember): boolean
  /** Sends a record to all members of its name, in this tab and in others. */
  publish(
    name: string,
    state: TabRecord['state'],
    delayMs: number,
    reopens: number,
    reason: string,
    from: TabMember,
  ): void
  /** Requests the lock of the circuit. Before `onLock`, the member receives the stored record. */
  requestLock(member: TabMember, circuit: SharedCircuit, onLock: OnLock): void
  remove(member: TabMember): void
}

/** One circuit of a tab. */
export interface TabMember extends FleetMember {
  readonly name: string
  receive(record: TabRecord, isOwn: boolean): void
  /** Gives back the right to probe. */
  release(): void
}

/** How long before the circuit is due a tab requests the lock, in ms. Then no call is rejected for it. */
const LOCK_LEAD_MS = 500
/** How long a tab waits between two requests for the lock, in ms. */
const LOCK_REQUEST_INTERVAL_MS = 250
/**
 * How long a tab waits for the lock, in ms. A tab that holds it for longer is idle, frozen, or waits
 * for its probe.
 */
const MAX_LOCK_WAIT_MS = 5_000

/** Creates the member of a circuit. Call `release()` and then load the record before it is used. */
export function createMember(circuit: SharedCircuit, context: TabContext): TabMember {
  const { name, probes } = circuit.options
  const { clock } = context
  let known: TabRecord | undefined
  // monotonic ms
  let dueAt = 0
  /** From this time on, the lock may be requested. */
  let nextRequestAt = 0
  /** From this time on, this tab probes without the lock. */
  let probeAnywayAt = 0
  let releaseLock: (() => void) | undefined
  let status: FleetStatus

  function setProber(prober: FleetStatus['prober']): void {
    status = { reachable: context.isShared(member), state: known?.state ?? 'closed', prober }
  }

  function publish(state: TabRecord['state'], delayMs: number, reason: string = state): void {
    const { reopens } = circuit.current
    context.publish(name, state, delayMs, reopens, `another tab: ${reason}`, member)
  }

  function requestLock(): void {
    const before = status
    context.requestLock(member, circuit, (lock) => {
      // the answer is stale when the shared state changed meanwhile, or the page was hidden
      if (status !== before) return undefined
      setProber(lock ? 'this' : 'other')
      if (!lock) return undefined
      return new Promise((resolve) => {
        releaseLock = resolve
      })
    })
  }

  function apply({ state, reopens, reason }: TabRecord, forMs: number): void {
    const { kind, cause, healthy } = circuit.current
    const isManual = kind !== 'closed' && kind !== 'half_open' && (cause ?? 'manual') === 'manual'
    if (isManual) return // a manual state of this tab is not overridden
    if (state !== 'closed' && state !== 'recovering') {
      circuit.move(state, reason, { forMs, reopens })
    } else if (kind !== 'closed' && !healthy) {
      const { ramps } = circuit
      circuit.move(ramps ? 'half_open' : 'closed', reason)
      const { current } = circuit
      // unless a listener moved the circuit
      if (ramps && current.kind === 'half_open') {
        Object.assign(current, { recorded: probes, succeeded: probes, healthy: true })
      }
    }
  }

  const member: TabMember = {
    name,
    get status() {
      return status
    },

    mayProbe(isCall) {
      const { reachable, state, prober } = status
      const isManual = circuit.current.cause === 'manual'
      if (!reachable || isManual || state !== 'open' || prober === 'this') return true
      if (!awaitsProbes(circuit.current)) return true
      const now = clock.now()
      const needsNoLock = now >= probeAnywayAt
      if (!isCall) return needsNoLock || prober === 'none'
      if (needsNoLock && prober === 'other') {
        setProber('this') // the first verdict counts
      } else if (now >= nextRequestAt) {
        // a tab with few calls requests the lock and probes at once
        if (needsNoLock || nextRequestAt < dueAt) {
          probeAnywayAt = Math.max(now, dueAt) + MAX_LOCK_WAIT_MS
        }
        nextRequestAt = now + LOCK_REQUEST_INTERVAL_MS
        requestLock()
      }
      return needsNoLock
    },

    recorded() {
      if (status.prober === 'this' && circuit.current.healthy) {
        publish('recovering', 0)
      }
    },

    reasonOf: ({ reason }) => reason,

    entered({ newState, cause, reason, retryAt, timestamp }) {
      const { reachable, state, prober } = status
      if (!reachable || cause === 'fleet' || newState === 'half_open') return
      member.release()
      if (cause !== 'rule' && cause !== 'probes') return
      const isOpening = state === 'closed' && newState === 'open'
      if (isOpening || state === 'recovering' || prober === 'this') {
        publish(newState, Number(retryAt) - timestamp, reason)
      }
    },

    leave: () => context.remove(member),

    receive(record, isOwn) {
      const { at, delayMs } = record
      const now = clock.timestamp()
      // ignores a first record whose delay ended longer ago than it lasted
      const order = known ? at - known.at || delayMs - known.delayMs : at + 2 * delayMs - now
      if (!(order > 0)) return
      known = record
      // a delay of 0 is not valid
      const forMs = Math.min(delayMs, Math.max(1, at + delayMs - now))
      dueAt = clock.now() + forMs - 1 // as early as the circuit itself
      probeAnywayAt = dueAt
      nextRequestAt = dueAt - LOCK_LEAD_MS
      member.release()
      if (!isOwn) apply(record, forMs)
    },

    release() {
      releaseLock?.()
      releaseLock = undefined
      setProber('none')
    },
  }
  return member
}
