import type { Clock, FleetMember, FleetStatus, SharedCircuit } from '@fluxgate/core'
import { awaitsProbes } from '../member/awaits-probes.ts'
import type { TabRecord } from './tab-record.ts'
import type { OnLock } from './tab-scope.ts'

/** What the circuits of a tab share. */
export interface Tab {
  readonly clock: Clock
  /** Whether the member shares its circuit. */
  reaches(member: TabMember): boolean
  /** Sends a record to all members of its name, in this tab and in others. */
  publish(
    name: string,
    state: TabRecord['state'],
    delayMs: number,
    reopens: number,
    reason: string,
    from: TabMember,
  ): void
  /** Requests the lock of the circuit. Before `onLock`, the member hears what the storage has. */
  lock(member: TabMember, circuit: SharedCircuit, onLock: OnLock): void
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
/** A tab waits for the lock for so long, in ms. Then the tab that has it is idle, frozen, or hangs. */
const LEASE_MS = 5_000

/** Makes the member of a circuit. Call `release()` and then `tab.load()` before it is used. */
export function createMember(circuit: SharedCircuit, tab: Tab): TabMember {
  const { name, probes } = circuit.options
  const { clock } = tab
  let known: TabRecord | undefined
  // monotonic ms
  let dueAt = 0
  /** From when on the lock may be requested. */
  let askAt = 0
  /** From when on this tab probes without the lock. */
  let freeAt = 0
  /** Releases the lock. */
  let endLock: (() => void) | undefined
  let status: FleetStatus

  function become(prober: FleetStatus['prober']): void {
    status = { reachable: tab.reaches(member), state: known?.state ?? 'closed', prober }
  }

  function publish(state: TabRecord['state'], delayMs: number, why: string = state): void {
    tab.publish(name, state, delayMs, circuit.current.reopens, `another tab: ${why}`, member)
  }

  function ask(): void {
    const asked = status
    tab.lock(member, circuit, (lock) => {
      // unless the tab that had the lock decided, or this one left the page
      if (status !== asked) return undefined
      become(lock ? 'this' : 'other')
      if (!lock) return undefined
      return new Promise((resolve) => {
        endLock = resolve
      })
    })
  }

  function follow({ state, reopens, reason }: TabRecord, forMs: number): void {
    const { kind, cause, healthy } = circuit.current
    const isWish = kind !== 'closed' && kind !== 'half_open' && (cause ?? 'manual') === 'manual'
    if (isWish) return // of this tab: it wins
    if (state !== 'closed' && state !== 'recovering') {
      circuit.move(state, reason, { forMs, reopens })
    } else if (kind !== 'closed' && !healthy) {
      const { ramps } = circuit
      circuit.move(ramps ? 'half_open' : 'closed', reason)
      const { current } = circuit
      // unless a listener moved it
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

    mayProbe(asks) {
      const { reachable, state, prober } = status
      const isWish = circuit.current.cause === 'manual'
      if (!reachable || isWish || state !== 'open' || prober === 'this') return true
      if (!awaitsProbes(circuit.current)) return true
      const now = clock.now()
      const isFree = now >= freeAt
      if (!asks) return isFree || prober === 'none'
      if (isFree && prober === 'other') {
        become('this') // the first verdict counts
      } else if (now >= askAt) {
        // a tab with few calls does not wait: it asks now, and probes at once
        if (isFree || askAt < dueAt) freeAt = Math.max(now, dueAt) + LEASE_MS
        askAt = now + ASK_AGAIN_MS
        ask()
      }
      return isFree
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
      const isNews = state === 'recovering' || (state === 'closed' && newState === 'open')
      if (isNews || prober === 'this') publish(newState, Number(retryAt) - timestamp, reason)
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
      freeAt = dueAt
      askAt = dueAt - AHEAD_MS
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
