import process from 'node:process'
import { measureGrowth } from './growth.ts'
import { measureMemory } from './memory.ts'

// Runs in the Node that is to be measured, with --expose-gc; the answer is its message.

const memory = await measureMemory()
const growth = await measureGrowth(Number(process.argv[2]))
process.send?.({ memory, growth }, () => process.exit(0)) // what listens may have timers
