'use client'

export { CircuitBoundary, type CircuitBoundaryProps, type Rejected } from './circuit-boundary.ts'
export { CircuitProvider, type CircuitProviderProps } from './circuit-provider.ts'
export { type CircuitView, type UseCircuitOptions, useCircuit } from './use-circuit.ts'
export { useRetryCountdown } from './use-retry-countdown.ts'
