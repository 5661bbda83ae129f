import process from 'node:process'
import { CircuitBreaker, countWindow, failureRate, minRequests } from '@fluxgate/core'
import { cockatiel } from './peers.ts'

/** Heap and typed arrays of one breaker, in bytes. */
export interface MemoryResult {
  readonly name: string
  readonly idleBytes: number
  readonly after100CallsBytes: number
}

const BREAKERS = 10_000

/** @throws Error without `--expose-gc`: garbage would be counted too */
export async function measureMemory(): Promise<MemoryResult[]> {
  const tripper = minRequests(10).and(failureRate(0.5))
  const succeed = async () => 1
  return [
    await weigh(
      'fluxgate, rules shared',
      (i) => new CircuitBreaker({ name: `circuit ${i}`, window: countWindow(100), tripper }),
      (breaker) => breaker.call(succeed),
    ),
    await weigh(
      'fluxgate, rules of its own',
      (i) => {
        const rules = { window: countWindow(100), tripper: minRequests(10).and(failureRate(0.5)) }
        return new CircuitBreaker({ name: `circuit ${i}`, ...rules })
      },
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
  for (let i = 0; i < 100; i++) await call(make(i)) // warm-up: compiled code does not belong to a breaker
  const breakers: B[] = new Array(BREAKERS)
  const before = collectedBytes()
  for (let i = 0; i < BREAKERS; i++) breakers[i] = make(i)
  const idle = collectedBytes()
  for (const breaker of breakers) for (let i = 0; i < 100; i++) await call(breaker)
  const used = collectedBytes()
  return {
    name,
    idleBytes: Math.round((idle - before) / breakers.length),
    // read from the breakers, which V8 would otherwise collect before they are weighed
    after100CallsBytes: Math.round((used - before) / breakers.length),
  }
}

/** Heap and array buffers in bytes, after a full garbage collection. */
export function collectedBytes(): number {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 3; i++) gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
