import type { Clock, Fleet, SharedCircuit } from '@fluxgate/core'
import { pageClock } from '../clock.ts'
import { check, checkMethods, checkOptions, checkText } from '../validation.ts'
import { createMember, type TabContext, type TabMember } from './tab-member.ts'
import { parseRecord, type TabRecord } from './tab-record.ts'
import type { OnLock, TabChannel, TabScope } from './tab-scope.ts'

/** Options of {@link tabFleet}. */
export interface TabFleetOptions {
  /** Tabs with the same prefix share their circuits. Default `'fluxgate'`. */
  readonly prefix?: string | undefined
  /** The clock of the tab, for tests. Default: the browser's. */
  readonly clock?: Clock | undefined
  /** The window of the tab, for tests. Default `globalThis`. */
  readonly scope?: TabScope | undefined
}

/** Circuits that the tabs of one origin share. */
export interface TabFleet extends Fleet {
  /**
   * Moves the circuit in all tabs, also in tabs that are opened later. `'closed'` ends the other
   * states, and an outage: with the ramp of the permit, if it has one. A manual state of one tab, such
   * as that of `breaker.disable()`, is not overridden in that tab.
   *
   * @throws TypeError or RangeError for an empty name or another state
   */
  move(name: string, state: 'closed' | 'forced_open' | 'disabled' | 'metrics_only'): void
}

const STATES = ['closed', 'forced_open', 'disabled', 'metrics_only']

/** Changes with the format of a record. Tabs with different formats do not share circuits. */
const FORMAT = 1

/**
 * Shares circuits with the other tabs of the origin: the first tab that opens a circuit opens it in all
 * tabs, and one tab probes. A call never waits for other tabs. A tab that is opened or reloaded starts
 * with the shared state. Outside of a page, as in server rendering, circuits are not shared.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const guarded = createFetch({ defaults: { shared: tabFleet() } })
 */
export function tabFleet(options: TabFleetOptions = {}): TabFleet {
  checkOptions('tabFleet', options, 'prefix clock scope')
  const { prefix = 'fluxgate', clock = pageClock, scope = globalThis } = options
  checkText('tabFleet: prefix', prefix)
  checkMethods('tabFleet: clock', clock, 'now', 'timestamp')
  check(Object(scope) === scope, 'tabFleet: scope', 'an object', scope)
  const key = `${prefix}:${FORMAT}:`
  const members = new Set<TabMember>()
  let isLocalOnly = scope.document === undefined
  let channel: TabChannel | undefined
  let lastAt = 0

  function receive(json: unknown, from?: TabMember): void {
    const record = parseRecord(json)
    if (!record) return
    lastAt = Math.max(lastAt, record.at)
    for (const member of members) {
      if (member.name === record.name) member.receive(record, member === from)
    }
  }

  function publish(
    name: string,
    state: TabRecord['state'],
    delayMs: number,
    reopens: number,
    reason: string,
    from?: TabMember,
  ): void {
    lastAt = Math.max(lastAt + 1, clock.timestamp())
    const json = JSON.stringify({ name, at: lastAt, state, delayMs, reopens, reason })
    try {
      scope.localStorage?.setItem(key + name, json)
    } catch {
      // full or denied: only tabs that are opened later miss the change
    }
    channel?.postMessage(json)
    receive(json, from)
  }

  // A browser evicts a page from the back-forward cache if its channel receives a message, or if it
  // holds a lock.
  function disconnect(): void {
    channel?.close()
    channel = undefined
    for (const member of members) member.release()
  }

  function connect(): void {
    if (channel || members.size === 0) return
    const { BroadcastChannel, navigator } = scope
    if (!BroadcastChannel || !navigator?.locks) throw new Error('no BroadcastChannel or locks')
    channel = new BroadcastChannel(key)
    channel.onmessage = ({ data }) => receive(data)
    for (const member of members) load(member)
  }

  function load({ name }: TabMember): void {
    try {
      receive(scope.localStorage?.getItem(key + name))
    } catch {
      // denied: this tab only receives the messages of the channel
    }
  }

  function remove(member: TabMember): void {
    members.delete(member)
    member.release()
    if (members.size === 0) disconnect()
  }

  function stopSharing({ report }: SharedCircuit, error: unknown): void {
    if (isLocalOnly) return
    isLocalOnly = true
    for (const member of members) remove(member)
    report(error)
  }

  const context: TabContext = {
    clock,
    publish,
    remove,
    isShared: (member) => members.has(member),
    requestLock(member, circuit, onLock) {
      const onAnswer: OnLock = (lock) => {
        load(member)
        return onLock(lock)
      }
      scope.navigator?.locks
        ?.request(key + member.name, { ifAvailable: true }, onAnswer)
        .catch((error) => stopSharing(circuit, error))
    },
  }

  return {
    join(circuit) {
      const member = createMember(circuit, context)
      if (!isLocalOnly) members.add(member)
      member.release()
      if (isLocalOnly) return member
      try {
        connect()
        scope.addEventListener?.('pagehide', disconnect)
        scope.addEventListener?.('pageshow', connect)
        load(member)
      } catch (error) {
        stopSharing(circuit, error)
      }
      return member
    },
    move(name, state) {
      checkText('move: name', name)
      const expected = `one of ${STATES.join(', ')}`
      check(STATES.includes(state), 'move: state', expected, state, typeof state === 'string')
      publish(name, state, Number.NaN, 0, 'all tabs')
    },
  }
}
