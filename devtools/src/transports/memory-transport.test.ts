import { vi } from 'vitest'
import { forge } from '../../test/forged-page.ts'
import { memoryTransport } from './memory-transport.ts'
import { transportContract } from './transport.contract.ts'

transportContract('memoryTransport', () => ({
  transport: memoryTransport({ now: Date.now }),
  setHook: forge,
  // the panel is in the page: what holds up one holds up the other, and the clock goes on
  async stall(ms) {
    vi.setSystemTime(Date.now() + ms)
  },
}))
