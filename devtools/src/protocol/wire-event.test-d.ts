import type { WireAction, WireEvent } from '@fluxgate/core/devtools'
import { expectTypeOf } from 'vitest'
import type * as z from 'zod/mini'
import type { action, wireEvent } from './wire-event.ts'

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

// The parser accepts exactly the types that the page sends.
expectTypeOf<Frozen<z.infer<typeof wireEvent>>>().toEqualTypeOf<Frozen<WireEvent>>()
expectTypeOf<z.infer<typeof action>>().toEqualTypeOf<WireAction>()
