import { reportMark } from './report-mark.ts'
import { runSuite } from './suite.ts'

// The program of Node, Bun and Deno. It must end by itself: a breaker keeps no process alive.

const { log } = console // a case may replace it
log(`\n${reportMark}${JSON.stringify(await runSuite(true))}`)
