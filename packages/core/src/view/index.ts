export { type Rejection, rejectionOf } from './rejection-of.ts'
export { untilRetryMs } from './until-retry-ms.ts'
export { type CircuitWatch, type WatchOptions, watchCircuit } from './watch-circuit.ts'
