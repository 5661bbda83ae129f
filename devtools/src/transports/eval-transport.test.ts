import { vi } from 'vitest'
import { forge } from '../../test/forged-page.ts'
import { FakeInspectedWindow } from '../../test/inspected-window.ts'
import { evalTransport } from './eval-transport.ts'
import { transportContract } from './transport.contract.ts'

transportContract('evalTransport', () => {
  const window = new FakeInspectedWindow((expression) => new Function(`return ${expression}`)())
  return {
    transport: evalTransport(window, { now: Date.now }),
    setHook: forge,
    async stall(ms) {
      window.stall(ms)
      await vi.advanceTimersByTimeAsync(ms)
    },
  }
})
