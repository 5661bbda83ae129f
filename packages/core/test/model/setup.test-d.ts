import type { Permit, Retry, Tripper, Window } from '@fluxgate/core'
import { expectTypeOf } from 'vitest'
import type { RetrySetup, RuleSetup, WindowSetup } from './setup.ts'

type Core = typeof import('@fluxgate/core')

/** The functions of core that return a `T`. */
type NamesOf<T> = {
  [Name in keyof Core]: Core[Name] extends (...args: never) => T ? Name : never
}[keyof Core]

// A new policy is a type error here until the model has it.
expectTypeOf<Exclude<RuleSetup['type'], 'and' | 'or' | 'not'>>().toEqualTypeOf<
  Exclude<NamesOf<Tripper>, 'tripWhen'>
>()
expectTypeOf<RetrySetup['type']>().toEqualTypeOf<Exclude<NamesOf<Retry>, 'retryWhen'>>()
expectTypeOf<`${WindowSetup['type']}Window`>().toEqualTypeOf<NamesOf<Window>>()
expectTypeOf<NamesOf<Permit>>().toEqualTypeOf<'admitAll' | 'admitRandom' | 'admitWhen' | 'rampUp'>()
