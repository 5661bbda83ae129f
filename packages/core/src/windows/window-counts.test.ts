import { describe, expect, test, vi } from 'vitest'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

/** Evicts a call, and throws while it does. */
class Broken extends WindowCounts {
  broken = false

  protected override push(): void {
    if (this.broken) throw new Error('push broke')
  }

  protected override evictExpired(): boolean {
    if (!this.broken) return false
    this.sum(undefined, true, -1)
    throw new Error('evictExpired broke')
  }
}

function broken(options: Partial<WindowCountsOptions> = {}): Broken {
  const counts = new Broken({
    state: 'closed',
    circuitName: 'payments',
    slowThresholdsMs: [],
    ...options,
  })
  counts.record(0, undefined, true)
  counts.record(0, undefined, true)
  return counts
}

describe('a window that throws', () => {
  test('passes the error on when it has no reporter', () => {
    const counts = broken()
    counts.broken = true
    expect(() => counts.record(0, undefined, false)).toThrow('push broke')
    expect(() => counts.expire(0)).toThrow('evictExpired broke')
  })

  test('reports the error, and its metrics show what changed before', () => {
    const onError = vi.fn()
    const counts = broken({ reporter: { name: 'payments', onError } })
    expect(counts.metrics(0)).toMatchObject({ total: 2, failures: 2 })
    counts.broken = true
    expect(counts.expire(0)).toBe(true)
    counts.broken = false
    expect(counts.metrics(0)).toMatchObject({ total: 1, failures: 1 })
    expect(onError).toHaveBeenCalledOnce()
  })
})
