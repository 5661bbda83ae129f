import { spawn } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'

test.runIf(process.platform === 'linux')(
  'openInspector() sends no signal when the program of the process is unknown',
  async () => {
    vi.doMock('node:fs/promises', () => ({ readlink: () => Promise.reject(new Error('EACCES')) }))
    vi.resetModules()
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
    const kill = vi.spyOn(process, 'kill')
    onTestFinished(() => {
      kill.mockRestore()
      child.kill()
      vi.doUnmock('node:fs/promises')
      vi.resetModules()
    })
    const { openInspector } = await import('./open-inspector.ts')
    await expect(openInspector(child.pid ?? 0)).rejects.toThrow(/is an unknown program, not Node/)
    expect(kill.mock.calls).toEqual([[child.pid, 0]])
  },
)
