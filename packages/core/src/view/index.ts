export { type CircuitWatch, type WatchOptions, watchCircuit } from './watch-circuit.ts'
