/** The number of signals of one circuit, and a hash of their sequence. */
interface Digest {
  readonly count: number
  readonly hash: number
}

export type SignalDigests = Readonly<Record<string, Digest>>

/** Short-lived circuits share one digest, which ignores their order. */
const SHORT_LIVED = 'short-lived'

export const shortLivedName = (number: number) => `${SHORT_LIVED} ${number}`

/** The text of a signal, the same at every receiver. */
export function signalText(transition: string, timestamp: number): string {
  return `${transition} ${timestamp}`
}

/** Hashes the signals of each circuit in constant memory. Equal sequences have equal digests. */
export class SignalDigest {
  readonly #digests: Record<string, { count: number; hash: number }> = {}

  add(circuit: string, text: string): void {
    const isShortLived = circuit.startsWith(SHORT_LIVED)
    const name = isShortLived ? SHORT_LIVED : circuit
    this.#digests[name] ??= { count: 0, hash: SEED }
    const digest = this.#digests[name]
    digest.count++
    digest.hash = isShortLived
      ? (digest.hash + hash(SEED, `${circuit} ${text}`)) >>> 0
      : hash(digest.hash, text)
  }

  get digests(): SignalDigests {
    return structuredClone(this.#digests)
  }
}

/** The difference in the number of signals, and the circuits whose sequences differ. */
export function compare(
  sent: SignalDigests,
  received: SignalDigests,
): { lost: number; differ: string[] } {
  const names = [...new Set([...Object.keys(sent), ...Object.keys(received)])]
  const counts = names.map((name) => (sent[name]?.count ?? 0) - (received[name]?.count ?? 0))
  return {
    lost: counts.reduce((sum, difference) => sum + Math.abs(difference), 0),
    differ: names.filter((name) => sent[name]?.hash !== received[name]?.hash),
  }
}

export function total(digests: SignalDigests): number {
  return Object.values(digests).reduce((sum, { count }) => sum + count, 0)
}

const SEED = 0x811c9dc5

/** FNV-1a, continued from `start`. */
function hash(start: number, text: string): number {
  let value = start
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
