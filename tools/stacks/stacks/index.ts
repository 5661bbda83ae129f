import type { Stack } from '../stack.ts'
import { express } from './express.ts'

/** All stacks, in the order of the table. */
export const stacks: readonly Stack[] = [express]
