import type { State } from '@fluxgate/core'
import { allStates } from './severity.ts'

/** A parsed filter of circuits. */
export interface Filter {
  /** The circuit must be in one of these states; absent for any. */
  readonly states?: readonly State[]
  /** The name must contain all of these; in lower case. */
  readonly words: readonly string[]
}

const prefix = 'state:'

/**
 * Parses a filter such as `state:open pay`. Several states are alternatives, also as
 * `state:open,half-open`. A prefix of a state matches, so that the list does not become empty while
 * the user types.
 */
export function parseFilter(text: string): Filter {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean)
  const words = terms.filter((term) => !term.startsWith(prefix))
  const requested = terms
    .filter((term) => term.startsWith(prefix))
    .flatMap((term) => term.slice(prefix.length).replaceAll('-', '_').split(','))
    .filter(Boolean)
  if (requested.length === 0) return { words }
  return {
    states: allStates.filter((state) => requested.some((start) => state.startsWith(start))),
    words,
  }
}

/** Adds or removes the term of a state: `pay` becomes `state:open pay`. */
export function toggleState(text: string, state: State): string {
  const terms = text.split(/\s+/).filter(Boolean)
  const term = `${prefix}${state}`
  const others = terms.filter((other) => other.toLowerCase() !== term)
  return (others.length === terms.length ? [term, ...terms] : others).join(' ')
}

/** Whether a circuit of this name and state matches the filter. */
export function matches({ states, words }: Filter, name: string, state: State): boolean {
  if (states !== undefined && !states.includes(state)) return false
  const text = name.toLowerCase()
  return words.every((word) => text.includes(word))
}
