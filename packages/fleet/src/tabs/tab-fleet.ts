import type { Clock, Fleet, SharedCircuit } from '@fluxgate/core'
import { pageClock } from '../clock.ts'
import { check, checkMethods, checkOptions, checkText } from '../validation.ts'
import { createMember, type Tab, type TabMember } from './tab-member.ts'
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
   * Moves the circuit in all tabs, also in those that are opened later. `'closed'` ends the other
   * states, and an outage: with the ramp of the permit, if it has one. What one tab wants for itself,
   * such as `breaker.disable()`, wins there.
   *
   * @throws TypeError or RangeError for an empty name or another state
   */
  move(name: string, state: 'closed' | 'forced_open' | 'disabled' | 'metrics_only'): void
}

const MOVES = ['closed', 'forced_open', 'disabled', 'metrics_only']

/** Changes with the format of a record: tabs of another version share nothing. */
const FORMAT = 1

/**
 * Shares circuits with the other tabs of the origin: the first tab that opens one opens it in all, and
 * one tab probes. No call waits for it. A tab that is opened or reloaded starts with what is known.
 * Outside of a page, as in server rendering, circuits are alone.
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
  let isAlone = scope.document === undefined
  let channel: TabChannel | undefined
  let lastAt = 0

  function hear(json: unknown, from?: TabMember): void {
    const record = parseRecord(json)
    if (!record) return
    lastAt = Math.max(lastAt, record.at)
    for (const member of members) {
      if (member.name === record.name) member.hear(record, member === from)
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
      // full or denied: only tabs that are opened later miss it
    }
    channel?.postMessage(json)
    hear(json, from)
  }

  // A message to an open channel, or a lock, would end a page in the back-forward cache.
  function hide(): void {
    channel?.close()
    channel = undefined
    for (const member of members) member.release()
  }

  function show(): void {
    if (channel || members.size === 0) return
    const { BroadcastChannel, navigator } = scope
    if (!BroadcastChannel || !navigator?.locks) throw new Error('no BroadcastChannel or locks')
    channel = new BroadcastChannel(key)
    channel.onmessage = ({ data }) => hear(data)
    for (const member of members) load(member)
  }

  function load({ name }: TabMember): void {
    try {
      hear(scope.localStorage?.getItem(key + name))
    } catch {
      // denied: this tab knows what the channel brings
    }
  }

  function remove(member: TabMember): void {
    members.delete(member)
    member.release()
    if (members.size === 0) hide()
  }

  function fail({ report }: SharedCircuit, error: unknown): void {
    if (isAlone) return
    isAlone = true
    for (const member of members) remove(member)
    report(error)
  }

  const tab: Tab = {
    clock,
    publish,
    remove,
    reaches: (member) => members.has(member),
    lock(member, circuit, onLock) {
      const onAnswer: OnLock = (lock) => {
        load(member)
        return onLock(lock)
      }
      scope.navigator?.locks
        ?.request(key + member.name, { ifAvailable: true }, onAnswer)
        .catch((error) => fail(circuit, error))
    },
  }

  return {
    join(circuit) {
      const member = createMember(circuit, tab)
      if (!isAlone) members.add(member)
      member.release()
      if (isAlone) return member
      try {
        show()
        scope.addEventListener?.('pagehide', hide)
        scope.addEventListener?.('pageshow', show)
        load(member)
      } catch (error) {
        fail(circuit, error)
      }
      return member
    },
    move(name, state) {
      checkText('move: name', name)
      const expected = `one of ${MOVES.join(', ')}`
      check(MOVES.includes(state), 'move: state', expected, state, typeof state === 'string')
      publish(name, state, Number.NaN, 0, 'all tabs')
    },
  }
}
