import { vi } from 'vitest'
import { installHook } from '../../test/page-hook.ts'
import { memoryTransport } from './memory-transport.ts'
import { transportContract } from './transport.contract.ts'

transportContract('memoryTransport', () => ({
  transport: memoryTransport({ now: Date.now }),
  setHook: installHook,
  // the panel shares the thread of the page: both are blocked while the clock advances
  async stall(ms) {
    vi.setSystemTime(Date.now() + ms)
  },
}))
