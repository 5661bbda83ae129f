import { vi } from 'vitest'
import { FakeInspectedWindow } from '../../test/inspected-window.ts'
import { installHook } from '../../test/page-hook.ts'
import { evalTransport } from './eval-transport.ts'
import { transportContract } from './transport.contract.ts'

transportContract('evalTransport', () => {
  const window = new FakeInspectedWindow((expression) => new Function(`return ${expression}`)())
  return {
    transport: evalTransport(window, { now: Date.now }),
    setHook: installHook,
    async stall(ms) {
      window.stall(ms)
      await vi.advanceTimersByTimeAsync(ms)
    },
  }
})
