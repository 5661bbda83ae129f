import type { CircuitController } from './circuit-controller.ts'
import { type EvictionRank, evictionRank } from './eviction-rank.ts'

/** Up to this size, a registry looks at all of its circuits for each addition that evicts one. */
const SMALL = 128

/** Records the last use of a circuit while it is in a registry. Its creation counts as a use. */
export class Usage {
  readonly circuit: CircuitController
  /** True for a circuit that must never be evicted. */
  readonly pinned: boolean
  readonly #queue: EvictionQueue
  /** The value of {@link EvictionQueue.uses} at the last use. */
  tick: number
  /** Monotonic ms of the last use; undefined when no clock was read for it. */
  #at: number | undefined
  removed = false
  queued = false
  /** The sort keys in the queue, which are out of date when the circuit was used since. */
  queuedRank: EvictionRank = 1
  queuedTick = 0

  constructor(circuit: CircuitController, queue: EvictionQueue, pinned: boolean) {
    this.circuit = circuit
    this.pinned = pinned
    this.#queue = queue
    this.tick = ++queue.uses
    this.#at = circuit.now()
    circuit.usage = this
  }

  /** Records a call, admitted or rejected. Runs for every call, so it only writes two fields. */
  touch(now?: number): void {
    this.tick = ++this.#queue.uses
    this.#at = now
  }

  /** What the registry may do with the circuit. A use without a time counts as one of this moment. */
  get rank(): EvictionRank | undefined {
    this.#at ??= this.circuit.now()
    return evictionRank(this.circuit, this.#at)
  }

  remove(): void {
    this.removed = true
    this.circuit.usage = undefined
  }
}

/**
 * The circuits of a registry in the order of their eviction: by rank, then the least recently used
 * first.
 *
 * A binary heap, whose keys are corrected only when they reach the top: a use makes the key of a
 * circuit larger, so that the smallest key that is still right belongs to the one to evict. Circuits
 * that must be kept leave the heap. A scan of all circuits finds those that may be evicted since, and
 * those whose rank fell. Between two scans of a registry with n circuits come about n / 16 additions,
 * so that the cost of an addition does not grow with n.
 */
export class EvictionQueue {
  /** Number of calls and additions, which orders the uses of all circuits exactly. */
  uses = 0
  #heap: Usage[] = []
  #additions = 0

  /** Adds a circuit that was just created to a registry of `size` circuits. */
  add(usage: Usage, size: number): void {
    this.#additions++
    if (usage.pinned || usage.removed || usage.queued) return
    // deleted circuits stay in the heap until they reach the top, but never outnumber the others
    if (this.#heap.length > 2 * size + SMALL) this.#rebuild(this.#heap)
    this.#push(usage, 1)
  }

  /**
   * Takes the circuit to evict from the queue.
   *
   * @param usages those of all circuits
   * @param newest a circuit that is not in the queue yet
   * @returns undefined when all circuits must be kept
   */
  take(usages: Iterable<Usage>, size: number, newest: Usage): Usage | undefined {
    if (this.#additions >= Math.max(1, (size - SMALL) / 16)) this.#scan(usages, newest)
    for (let usage = this.#pop(); usage !== undefined; usage = this.#pop()) {
      if (usage.removed || usage === newest) continue
      const { rank } = usage
      if (rank === usage.queuedRank && usage.tick === usage.queuedTick) return usage
      if (rank !== undefined) this.#push(usage, rank)
    }
    return undefined
  }

  #scan(usages: Iterable<Usage>, newest: Usage): void {
    this.#additions = 0
    const evictable: Usage[] = []
    for (const usage of usages) {
      usage.queued = false
      if (usage.pinned || usage === newest) continue
      const { rank } = usage
      if (rank !== undefined) evictable.push(enqueued(usage, rank))
    }
    this.#rebuild(evictable)
  }

  #rebuild(usages: readonly Usage[]): void {
    // a sorted array is a heap
    this.#heap = usages.filter(({ removed }) => !removed).sort(compare)
  }

  #push(usage: Usage, rank: EvictionRank): void {
    enqueued(usage, rank)
    const heap = this.#heap
    let index = heap.length
    for (let above = parentOf(index); index > 0; index = above, above = parentOf(index)) {
      const parent = heap[above] as Usage
      if (compare(parent, usage) < 0) break
      heap[index] = parent
    }
    heap[index] = usage
  }

  #pop(): Usage | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined) return undefined
    first.queued = false
    if (heap.length === 0) return first
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child === undefined) break
      if (right !== undefined && compare(right, child) < 0) {
        child = right
        below++
      }
      if (compare(last, child) < 0) break
      heap[index] = child
      index = below
    }
    heap[index] = last
    return first
  }
}

const parentOf = (index: number) => (index - 1) >> 1

/** Sets the sort keys. */
function enqueued(usage: Usage, rank: EvictionRank): Usage {
  usage.queued = true
  usage.queuedRank = rank
  usage.queuedTick = usage.tick
  return usage
}

/** Negative when `a` is evicted first. No two circuits have the same tick. */
function compare(a: Usage, b: Usage): number {
  return a.queuedRank - b.queuedRank || a.queuedTick - b.queuedTick
}
