import type { Stack } from './stack.ts'

export interface Selection {
  /** Names separated by commas. */
  readonly only?: string | undefined
  readonly part?: string | undefined
}

/** @throws RangeError for an unknown stack or part */
export function selectStacks<T extends Pick<Stack, 'name' | 'ci'>>(
  { only, part }: Selection,
  stacks: readonly T[],
): T[] {
  if (part !== undefined && part !== 'ci') {
    throw new RangeError(`--part must be 'ci', got '${part}'`)
  }
  const names = only?.split(',').map((name) => name.trim())
  const unknown = names?.find((name) => !stacks.some((stack) => stack.name === name))
  if (unknown !== undefined) {
    const known = stacks.map(({ name }) => name).join(', ')
    throw new RangeError(`--only: no stack '${unknown}', only ${known}`)
  }
  return stacks.filter(
    ({ name, ci }) => (names?.includes(name) ?? true) && (part === undefined || ci === true),
  )
}
