import { ManualClock } from '@fluxgate/core/testing'
import type { Answer, Report, StateUpdate } from '../../src/store/message.ts'
import type { FleetRecord } from '../../src/store/record.ts'
import { applyReport } from '../../src/store/transition.ts'
import { Node } from './node.ts'

const TICK_MS = 1_000

/** A step: of the instance `node`, or of the world when it has none. */
export type Step =
  | { readonly do: 'tick' | 'empty' }
  | { readonly do: NodeStep; readonly node: number }
export type NodeStep =
  | 'call'
  | 'succeed'
  | 'fail'
  | 'send'
  | 'arrive'
  | 'receive'
  | 'lose'
  | 'update'
  | 'force-open'

/** Three instances and a store. Checks the invariants after each step. */
export class World {
  readonly clock = new ManualClock()
  readonly nodes: readonly Node[]
  record: FleetRecord | undefined
  #incarnations = 0
  #isEmptied = false
  /** The holder of each granted lease, by number. */
  readonly #grants = new Map<number, string>()
  /** The time until which each instance reported an open circuit to the store. */
  #votes = new Map<string, number>()
  /** Events that happened, for the test that the exploration reaches them. */
  readonly seen = new Set<string>()

  constructor(names = ['a', 'b', 'c']) {
    this.nodes = names.map((name) => new Node(name, this.clock))
  }

  steps(): Step[] {
    const steps: Step[] = [{ do: 'tick' }]
    if (!this.#isEmptied && this.record !== undefined) steps.push({ do: 'empty' })
    this.nodes.forEach((node, index) => {
      const add = (step: NodeStep) => steps.push({ do: step, node: index })
      const { phase } = node.channel
      if (node.ticket === undefined) add('call')
      else {
        add('succeed')
        add('fail')
      }
      if (phase === 'idle' && node.isScheduled) add('send')
      if (phase === 'sent') add('arrive')
      if (phase === 'answered') add('receive')
      if (phase !== 'idle') add('lose')
      if (node.updates.length > 0) add('update')
      // one instance is enough
      if (index === 2 && node.manualState === undefined) add('force-open')
    })
    return steps
  }

  run(step: Step): void {
    if (step.do === 'tick') this.clock.advance(TICK_MS)
    else if (step.do === 'empty') this.#empty()
    else if ('node' in step) this.#runOn(this.#node(step.node), step.do)
  }

  /** Checks the invariants of the instances. Those of the store are checked with each report. */
  check(): void {
    for (const node of this.nodes) this.#checkNode(node)
  }

  #node(index: number): Node {
    const node = this.nodes[index]
    if (node === undefined) throw new Error(`no node ${index}`)
    return node
  }

  #runOn(node: Node, step: NodeStep): void {
    const steps: Readonly<Record<NodeStep, () => void>> = {
      call: () => node.call(),
      succeed: () => node.settle('succeed'),
      fail: () => node.settle('fail'),
      send: () => node.send(this.clock.now()),
      arrive: () => this.#arrive(node),
      receive: () => node.receive(),
      lose: () => node.lose(),
      update: () => {
        const update = node.updates.shift()
        if (update !== undefined) node.member.receiveUpdate(update)
      },
      'force-open': () => node.forceOpen(),
    }
    steps[step]()
  }

  /** Advances the clock, because a new record numbers its leases from the time. */
  #empty(): void {
    this.#isEmptied = true
    this.record = undefined
    this.#votes = new Map()
    this.clock.advance(TICK_MS)
  }

  #arrive(node: Node): void {
    if (node.channel.phase !== 'sent') return
    const { reports, sentAt } = node.channel
    const answers = reports.map((report) => {
      const before = this.record
      const now = this.clock.timestamp()
      const incarnation = String(++this.#incarnations)
      const applied = applyReport(before, node.name, report, now, incarnation)
      this.record = applied.record
      this.#checkStore(before, node, report)
      if (applied.hasChanged) {
        // keeps the last two; earlier ones are lost
        for (const other of this.nodes) other.updates = [...other.updates, applied.answer].slice(-2)
      }
      return applied.answer
    })
    node.channel = { phase: 'answered', answers, sentAt }
  }

  #checkStore(before: FleetRecord | undefined, { name }: Node, report: Report): void {
    const now = this.clock.timestamp()
    const { record } = this
    if (record === undefined) return
    const { event, delayMs, fence } = report
    if (event === 'opened' && before?.state !== 'open') this.#votes.set(name, now + delayMs)
    if (event === 'closed' || event === 'vote_withdrawn') this.#votes.delete(name)
    if (fence > 0) {
      const holder = this.#grants.get(fence)
      check(holder === name, `${name} reports under lease ${fence} of ${holder}`)
    }
    if (before === undefined) return
    check(record.version >= before.version, 'the version went back')
    check(record.fence >= before.fence, 'the number of the lease went back')
    if (record.fence > before.fence) {
      const free = before.holder === '' || before.holder === name || now >= before.leaseUntil
      check(free, `${name} took the lease of ${before.holder}`)
      check(Math.max(0, ...this.#grants.keys()) < record.fence, 'a number was given twice')
      this.#grants.set(record.fence, name)
      this.seen.add('granted')
    }
    if (record.version === before.version) return
    this.seen.add(`${before.state} -> ${record.state}`)
    if (before.state === 'open') {
      const isProber = before.holder === name && before.fence === fence && now < before.leaseUntil
      check(isProber, `the verdict of ${name} counted without its lease`)
    } else if (record.state === 'open') {
      const agreeing = [...this.#votes.values()].filter((until) => until > now).length
      check(agreeing >= 2, `${agreeing} instances opened the circuit of all`)
    }
    if (record.state !== 'open') this.#votes = new Map()
  }

  #checkNode({ name, breaker, manualState, ticket }: Node): void {
    const state = breaker.state
    if (manualState !== undefined)
      check(state === manualState, `the fleet moved ${name} from ${manualState} to ${state}`)
    if (ticket === undefined) check(breaker.inFlight === 0, `${name} lost a ticket`)
    const { fleet } = breaker.snapshot()
    check(fleet !== undefined, 'a shared circuit has the status of its fleet')
  }

  /** Lets all calls succeed, without faults. Returns the final states. */
  recover(): readonly string[] {
    for (let tick = 0; tick < 9; tick++) {
      for (const node of this.nodes) {
        node.settle('succeed')
        node.call()
        node.settle('succeed')
        this.#deliver()
      }
      this.clock.advance(TICK_MS)
    }
    const states = this.nodes.map(({ breaker, manualState }) =>
      manualState === undefined ? breaker.state : 'closed',
    )
    return [this.record?.state ?? 'closed', ...states]
  }

  #deliver(): void {
    for (let round = 0; round < 2; round++) {
      for (const node of this.nodes) {
        if (node.channel.phase === 'idle' && node.isScheduled) node.send(this.clock.now())
        this.#arrive(node)
        node.receive()
      }
      for (const node of this.nodes) {
        for (const update of node.updates.splice(0)) node.member.receiveUpdate(update)
      }
    }
  }

  /** Identifies the situation: the possible next events depend on little else. */
  key(): string {
    const now = this.clock.timestamp()
    const record = this.record && {
      state: this.record.state,
      due: this.record.state === 'open' ? Math.max(-1_000, this.record.until - now) : 0,
      holder: this.record.holder,
      lease: Math.max(0, this.record.leaseUntil - now),
      votes: Object.entries(this.record.votes).map(([id, until]) => [id, until - now]),
    }
    const nodes = this.nodes.map((node) => {
      const { breaker, channel, updates, manualState } = node
      const { state, cause, retryAt = now, fleet, permitted } = breaker.snapshot()
      const messages =
        channel.phase === 'sent' ? channel.reports : 'answers' in channel ? channel.answers : []
      const due = Math.max(-1_000, retryAt - now)
      const flags = [permitted, node.ticket !== undefined, node.isScheduled]
      const local = [state, cause, due, fleet, manualState, ...flags]
      return [...local, channel.phase, this.#summarize(messages), this.#summarize(updates)]
    })
    return JSON.stringify([record, nodes, this.#isEmptied])
  }

  #summarize(messages: readonly (Answer | Report | StateUpdate)[]): unknown[] {
    const { version, incarnation, fence } = this.record ?? {}
    return messages.map((message) => ({
      isLast: message.version === version && message.incarnation === incarnation,
      fence: message.fence === fence,
      event: 'event' in message ? [message.event, message.requestsLease] : message.state,
    }))
  }
}

function check(ok: boolean, message: string): void {
  if (!ok) throw new Error(message)
}
