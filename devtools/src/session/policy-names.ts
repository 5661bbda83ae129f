import type { PolicyJson, Tripper } from '@fluxgate/core'

type Core = typeof import('@fluxgate/core')

/** The functions of core that return a `T`. A new one is a type error where each needs an entry. */
type NamesOf<T> = {
  [Name in keyof Core]: Core[Name] extends (...args: never) => T ? Name : never
}[keyof Core]

/** The types of the rules of core. Rules written by hand have other types. */
export type RuleName = NamesOf<Tripper>

/** The types of all policies of core: windows, trackers, rules, retry schedules and permits. */
export type PolicyName = NamesOf<{ toJSON(): PolicyJson }>
