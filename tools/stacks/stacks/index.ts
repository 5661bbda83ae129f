import type { Stack } from '../stack.ts'
import { solid, svelte, vue } from './catalog-pages.ts'
import { express } from './express.ts'
import { fastify } from './fastify.ts'
import { nest } from './nest.ts'
import { next } from './next.ts'
import { viteReact } from './vite-react.ts'

/** All stacks, in the order of the table. */
export const stacks: readonly Stack[] = [
  express,
  fastify,
  nest,
  next,
  viteReact,
  vue,
  svelte,
  solid,
]
