import process from 'node:process'
import { measureGrowth } from './growth.ts'
import { measureMemory } from './memory.ts'

// Runs in the measured Node with --expose-gc and sends its result as a message.

const memory = await measureMemory()
const growth = await measureGrowth(Number(process.argv[2]))
process.send?.({ memory, growth }, () => process.exit(0)) // a listener may still have a timer
