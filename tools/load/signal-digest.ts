/** What somebody was told of a circuit: how many signals, and a number that no other sequence gives. */
interface Account {
  readonly count: number
  readonly digest: number
}

export type Accounts = Readonly<Record<string, Account>>

/** Circuits of this name come and go; all of them are one account, in which order does not matter. */
const VISITOR = 'visitor'

export const visitorName = (number: number) => `${VISITOR} ${number}`

/** A signal as everybody who is told of it writes it down. */
export function entry(transition: string, timestamp: number): string {
  return `${transition} ${timestamp}`
}

/**
 * Keeps account of signals, in constant memory: two who were told the same, in the same order, have
 * the same accounts.
 */
export class SignalDigest {
  readonly #accounts: Record<string, { count: number; digest: number }> = {}

  add(circuit: string, text: string): void {
    const isVisitor = circuit.startsWith(VISITOR)
    const name = isVisitor ? VISITOR : circuit
    this.#accounts[name] ??= { count: 0, digest: SEED }
    const account = this.#accounts[name]
    account.count++
    account.digest = isVisitor
      ? (account.digest + hash(SEED, `${circuit} ${text}`)) >>> 0
      : hash(account.digest, text)
  }

  get accounts(): Accounts {
    return structuredClone(this.#accounts)
  }
}

/** How many signals one of them has that the other has not, and which circuits they disagree about. */
export function compare(sent: Accounts, received: Accounts): { lost: number; differ: string[] } {
  const names = [...new Set([...Object.keys(sent), ...Object.keys(received)])]
  const counts = names.map((name) => (sent[name]?.count ?? 0) - (received[name]?.count ?? 0))
  return {
    lost: counts.reduce((sum, difference) => sum + Math.abs(difference), 0),
    differ: names.filter((name) => sent[name]?.digest !== received[name]?.digest),
  }
}

export function total(accounts: Accounts): number {
  return Object.values(accounts).reduce((sum, { count }) => sum + count, 0)
}

const SEED = 0x811c9dc5

/** FNV-1a, going on from `digest`. */
function hash(digest: number, text: string): number {
  let value = digest
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
