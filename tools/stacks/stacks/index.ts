import type { Stack } from '../stack.ts'
import { express } from './express.ts'
import { nest } from './nest.ts'
import { next } from './next.ts'
import { viteReact } from './vite-react.ts'

/** All stacks, in the order of the table. */
export const stacks: readonly Stack[] = [express, nest, next, viteReact]
