import { ManualClock } from '@fluxgate/core/testing'
import type { Answer, News, Report } from '../../src/store/message.ts'
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
  | 'hear'
  | 'force-open'

/** Three instances and a store. Checks after each step what must hold, whatever happens. */
export class World {
  readonly clock = new ManualClock()
  readonly nodes: readonly Node[]
  record: FleetRecord | undefined
  #lives = 0
  #isEmptied = false
  /** The holder of each lease that was given, by number. */
  readonly #grants = new Map<number, string>()
  /** Until when each instance reported the circuit to the store as open. */
  #votes = new Map<string, number>()
  /** What happened, for the test that the exploration reaches it. */
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
      if (phase === 'idle' && node.isAwake) add('send')
      if (phase === 'sent') add('arrive')
      if (phase === 'answered') add('receive')
      if (phase !== 'idle') add('lose')
      if (node.news.length > 0) add('hear')
      // one instance is enough
      if (index === 2 && node.wish === undefined) add('force-open')
    })
    return steps
  }

  take(step: Step): void {
    if (step.do === 'tick') this.clock.advance(TICK_MS)
    else if (step.do === 'empty') this.#empty()
    else if ('node' in step) this.#takeOf(this.#node(step.node), step.do)
  }

  /** Checks what must hold after each step. What the store does is checked in any case. */
  check(): void {
    for (const node of this.nodes) this.#checkNode(node)
  }

  #node(index: number): Node {
    const node = this.nodes[index]
    if (node === undefined) throw new Error(`no node ${index}`)
    return node
  }

  #takeOf(node: Node, step: NodeStep): void {
    const steps: Readonly<Record<NodeStep, () => void>> = {
      call: () => node.call(),
      succeed: () => node.settle('succeed'),
      fail: () => node.settle('fail'),
      send: () => node.send(this.clock.now()),
      arrive: () => this.#arrive(node),
      receive: () => node.receive(),
      lose: () => node.lose(),
      hear: () => {
        const news = node.news.shift()
        if (news !== undefined) node.member.hear(news)
      },
      'force-open': () => node.forceOpen(),
    }
    steps[step]()
  }

  /** Time passes, so that new numbers of leases are higher. */
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
      const applied = applyReport(before, node.name, report, now, `life${++this.#lives}`)
      this.record = applied.record
      this.#checkStore(before, node, report)
      if (applied.isNews) {
        // the last two; earlier ones are lost
        for (const other of this.nodes) other.news = [...other.news, applied.answer].slice(-2)
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
    if (event === 'closed' || event === 'withdrawn') this.#votes.delete(name)
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

  #checkNode({ name, breaker, wish, ticket }: Node): void {
    const state = breaker.state
    if (wish !== undefined)
      check(state === wish, `the fleet moved ${name} from ${wish} to ${state}`)
    if (ticket === undefined) check(breaker.inFlight === 0, `${name} lost a ticket`)
    const { fleet } = breaker.snapshot()
    check(fleet !== undefined, 'a shared circuit says what it knows of its fleet')
  }

  /** No more faults, and a service that works. Returns the states of all. */
  calm(): readonly string[] {
    for (let tick = 0; tick < 9; tick++) {
      for (const node of this.nodes) {
        node.settle('succeed')
        node.call()
        node.settle('succeed')
        this.#deliver()
      }
      this.clock.advance(TICK_MS)
    }
    const wished = this.nodes.map(({ breaker, wish }) =>
      wish === undefined ? breaker.state : 'closed',
    )
    return [this.record?.state ?? 'closed', ...wished]
  }

  #deliver(): void {
    for (let round = 0; round < 2; round++) {
      for (const node of this.nodes) {
        if (node.channel.phase === 'idle' && node.isAwake) node.send(this.clock.now())
        this.#arrive(node)
        node.receive()
      }
      for (const node of this.nodes) {
        for (const news of node.news.splice(0)) node.member.hear(news)
      }
    }
  }

  /** A name for the situation: what may happen next depends on little else. */
  key(): string {
    const now = this.clock.timestamp()
    const record = this.record && {
      state: this.record.state,
      due: this.record.state === 'open' ? Math.max(-1_000, this.record.until - now) : 0,
      holder: this.record.holder,
      lease: Math.max(0, this.record.leaseUntil - now),
      votes: Object.entries(this.record.votes).map(([who, until]) => [who, until - now]),
    }
    const nodes = this.nodes.map(({ breaker, channel, news, ticket, isAwake, wish }) => {
      const { state, cause, retryAt = now, fleet, permitted } = breaker.snapshot()
      const brief = (messages: readonly (Answer | Report | News)[]) =>
        messages.map((message) => ({
          isLast: message.version === this.record?.version && message.life === this.record.life,
          fence: message.fence === this.record?.fence,
          event: 'event' in message ? [message.event, message.wantsLease] : message.state,
        }))
      const messages =
        channel.phase === 'sent' ? channel.reports : 'answers' in channel ? channel.answers : []
      const due = Math.max(-1_000, retryAt - now)
      const local = [state, cause, due, permitted, fleet, ticket !== undefined, isAwake, wish]
      return [...local, channel.phase, brief(messages), brief(news)]
    })
    return JSON.stringify([record, nodes, this.#isEmptied])
  }
}

function check(ok: boolean, message: string): void {
  if (!ok) throw new Error(message)
}
