import { spawn } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { openInspector } from './open-inspector.ts'

vi.mock('node:fs/promises', () => ({ readlink: () => Promise.reject(new Error('EACCES')) }))

test.runIf(process.platform === 'linux')(
  'openInspector() sends no signal when the program of the process is unknown',
  async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
    const kill = vi.spyOn(process, 'kill')
    await expect(openInspector(child.pid ?? 0)).rejects.toThrow(/is an unknown program, not Node/)
    expect(kill.mock.calls).toEqual([[child.pid, 0]])
    kill.mockRestore()
    child.kill()
  },
)
