import type { State } from '@fluxgate/core'

/** What was typed to filter circuits, understood. */
export interface Filter {
  /** One of these states; absent for any. */
  readonly states?: readonly State[]
  /** All of these stand in the name; in lower case. */
  readonly words: readonly string[]
}

const everyState: readonly State[] = [
  'closed',
  'open',
  'half_open',
  'metrics_only',
  'disabled',
  'forced_open',
]

const key = 'state:'

/**
 * Reads `state:open pay`: words that stand in the name, and states. A state may be cut short, so
 * that the list does not go empty while one types; several are alternatives, also as
 * `state:open,half-open`.
 */
export function parseFilter(text: string): Filter {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean)
  const words = terms.filter((term) => !term.startsWith(key))
  const asked = terms
    .filter((term) => term.startsWith(key))
    .flatMap((term) => term.slice(key.length).replaceAll('-', '_').split(','))
    .filter(Boolean)
  if (asked.length === 0) return { words }
  return {
    states: everyState.filter((state) => asked.some((start) => state.startsWith(start))),
    words,
  }
}

export function matches({ states, words }: Filter, name: string, state: State): boolean {
  if (states !== undefined && !states.includes(state)) return false
  const text = name.toLowerCase()
  return words.every((word) => text.includes(word))
}
