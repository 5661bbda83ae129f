import type { Clock, FleetMember, FleetStatus, SharedCircuit } from '@fluxgate/core'
import type { TabRecord } from './tab-record.ts'
import type { OnLock } from './tab-scope.ts'

/** What the circuits of a tab share. */
export interface Tab {
  readonly clock: Clock
  /** Whether the member shares its circuit. */
  reaches(member: TabMember): boolean
  /** Lets the member hear what the storage has. */
  load(member: TabMember): void
  /** Sends a record to all members of its name, in this tab and in others. */
  publish(
    name: string,
    state: TabRecord['state'],
    delayMs: number,
    reopens: number,
    reason: string,
    from: TabMember,
  ): void
  /** Requests the lock, unless another tab has it. */
  lock(name: string, onLock: OnLock): Promise<unknown> | undefined
  fail(circuit: SharedCircuit, cause: unknown): void
  remove(member: TabMember): void
}

/** One circuit of a tab. */
export interface TabMember extends FleetMember {
  readonly name: string
  hear(record: TabRecord, isOwn: boolean): void
  /** Gives back the right to probe. */
  release(): void
}

/** The lock is requested so long before the circuit is due, in ms, so that no call is lost to it. */
const AHEAD_MS = 500
/** While another tab has the lock, a tab asks again after this time, in ms. */
const ASK_AGAIN_MS = 250
/** A tab keeps the lock for so long, in ms, without a probe in flight. */
const LEASE_MS = 5_000
/** And for so long, in ms, with one. */
const MAX_LEASE_MS = 60_000

/** Makes the member of a circuit. Call `release()` and then `tab.load()` before it is used. */
export function createMember(circuit: SharedCircuit, tab: Tab): TabMember {
  const { name } = circuit
  const { clock } = tab
  let known: TabRecord | undefined
  // monotonic ms
  let dueAt = 0
  let askAt = Number.NEGATIVE_INFINITY
  /** Releases the lock. */
  let endLock: (() => void) | undefined
  let status: FleetStatus

  function become(prober: FleetStatus['prober']): void {
    const state = known?.state ?? 'closed'
    const reporters = Number(state === 'open')
    status = { reachable: tab.reaches(member), state, reporters, instances: 1, prober }
  }

  function publish(state: TabRecord['state'], delayMs: number, why: string): void {
    tab.publish(name, state, delayMs, circuit.current.reopens, `another tab: ${why}`, member)
  }

  function ask(): void {
    const asked = status
    const onLock: OnLock = (lock) => {
      tab.load(member) // the tab that had the lock may have decided
      if (status !== asked) return undefined
      become(lock ? 'this' : 'other')
      if (!lock) return undefined
      watch(status)
      return new Promise((resolve) => {
        endLock = resolve
      })
    }
    tab.lock(name, onLock)?.catch((error) => tab.fail(circuit, error))
  }

  /** Gives the lock back when no probe is in flight: another tab may have calls. */
  function watch(held: FleetStatus, ms = LEASE_MS): void {
    clock.setTimeout?.(() => {
      if (status !== held) return
      if (circuit.current.leases?.size && ms === LEASE_MS) watch(held, MAX_LEASE_MS)
      else member.release()
    }, ms)
  }

  function follow({ state, reopens, reason }: TabRecord, forMs: number): void {
    const { kind, cause, healthy } = circuit.current
    const isWish = cause === 'manual' || cause === undefined
    if (isWish && kind !== 'closed' && kind !== 'half_open') return // of this tab: it wins
    if (state !== 'closed' && state !== 'recovering') {
      circuit.move(state, reason, { forMs, reopens })
    } else if (kind !== 'closed' && !healthy) {
      const { ramps } = circuit
      circuit.move(ramps ? 'half_open' : 'closed', reason)
      const { current, probes } = circuit
      if (!ramps || current.kind !== 'half_open') return // a listener may have moved it
      current.recorded = probes
      current.succeeded = probes
      current.healthy = true
    }
  }

  const member: TabMember = {
    name,
    get status() {
      return status
    },

    mayProbe(asks) {
      const { reachable, state, prober } = status
      const isWish = circuit.current.cause === 'manual'
      if (!reachable || isWish || state !== 'open' || prober === 'this') return true
      const now = clock.now()
      // A tab with few calls does not wait for the lock: it would be given back before the next call.
      const isRare = now >= Math.max(dueAt, askAt + LEASE_MS)
      if (!asks) return isRare || prober === 'none'
      if (now >= Math.max(dueAt - AHEAD_MS, askAt)) {
        askAt = now + ASK_AGAIN_MS
        ask()
      }
      return isRare
    },

    recorded() {
      if (status.prober === 'this' && circuit.current.healthy) {
        publish('recovering', 0, 'probes succeeded')
      }
    },

    reasonToOpen: (reason) => reason,

    entered({ newState, cause, reason, retryAt = Number.POSITIVE_INFINITY, timestamp }) {
      if (!tab.reaches(member) || cause === 'fleet' || newState === 'half_open') return
      const { state, prober } = status
      member.release()
      if (cause !== 'rule' && cause !== 'probes') return
      const isNews = state === 'recovering' || (state === 'closed' && newState === 'open')
      if (isNews || prober === 'this') publish(newState, retryAt - timestamp, reason)
    },

    leave: () => tab.remove(member),

    hear(record, isOwn) {
      const { at, delayMs } = record
      const now = clock.timestamp()
      // a tab that starts has no use for an outage that ended as long ago as it could have lasted
      const news = known ? at - known.at || delayMs - known.delayMs : at + 2 * delayMs - now
      if (!(news > 0)) return
      known = record
      // a delay of 0 is not valid
      const forMs = Math.min(delayMs, Math.max(1, at + delayMs - now))
      dueAt = clock.now() + forMs - 1 // as early as the circuit itself
      askAt = Number.NEGATIVE_INFINITY
      member.release()
      if (!isOwn) follow(record, forMs)
    },

    release() {
      endLock?.()
      endLock = undefined
      become('none')
    },
  }
  return member
}
