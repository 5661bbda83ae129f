import process from 'node:process'
import { CircuitBreaker, countWindow, failureRate, minRequests } from '@fluxgate/core'
import { cockatiel } from './peers.ts'

/** Heap and typed arrays that one breaker takes, in bytes. */
export interface MemoryResult {
  readonly name: string
  readonly idleBytes: number
  readonly after100CallsBytes: number
}

const BREAKERS = 10_000

/** Needs `--expose-gc`: what is not collected before a reading would be counted. */
export async function measureMemory(): Promise<MemoryResult[]> {
  const tripper = minRequests(10).and(failureRate(0.5))
  const succeed = async () => 1
  return [
    await weigh(
      'fluxgate',
      (i) => new CircuitBreaker({ name: `circuit ${i}`, window: countWindow(100), tripper }),
      (breaker) => breaker.call(succeed),
    ),
    await weigh(
      'cockatiel CountBreaker(100)',
      () => cockatiel(),
      (breaker) => breaker.execute(succeed),
    ),
  ]
}

async function weigh<B>(
  name: string,
  make: (i: number) => B,
  call: (breaker: B) => Promise<unknown>,
): Promise<MemoryResult> {
  for (let i = 0; i < 100; i++) await call(make(i)) // feedback vectors and lazy code are not a breaker's
  const breakers: B[] = new Array(BREAKERS)
  const before = settled()
  for (let i = 0; i < BREAKERS; i++) breakers[i] = make(i)
  const idle = settled()
  for (const breaker of breakers) for (let i = 0; i < 100; i++) await call(breaker)
  const used = settled()
  return {
    name,
    idleBytes: Math.round((idle - before) / BREAKERS),
    after100CallsBytes: Math.round((used - before) / BREAKERS),
  }
}

/** Heap and array buffers in bytes, with all garbage gone. */
export function settled(): number {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 3; i++) gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
