import { reportMark } from './report-mark.ts'
import { runSuite } from './suite.ts'

// What Node, Bun and Deno run. They end by themselves: a breaker keeps no process alive.

const { log } = console // a case may put something else in its place
log(`\n${reportMark}${JSON.stringify(await runSuite(true))}`)
