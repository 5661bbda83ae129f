import type { Stack } from '../stack.ts'
import { solid, svelte, vue } from './catalog-pages.ts'
import { clients } from './clients.ts'
import { express } from './express.ts'
import { fastify } from './fastify.ts'
import { hono } from './hono.ts'
import { jest } from './jest.ts'
import { nest } from './nest.ts'
import { next } from './next.ts'
import { reactRouter } from './react-router.ts'
import { sdks } from './sdks.ts'
import { viteReact } from './vite-react.ts'

/** All stacks, in the order of the table. */
export const stacks: readonly Stack[] = [
  express,
  fastify,
  nest,
  next,
  reactRouter,
  viteReact,
  vue,
  svelte,
  solid,
  hono,
  sdks,
  clients,
  jest,
]
