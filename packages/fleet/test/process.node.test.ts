import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('process/shared-circuit.ts', import.meta.url))

describe('a process with a shared circuit', () => {
  test.for([
    ['up', true, 0],
    ['down', false, 2], // the exchange and the subscription, once each
    ['throwing', false, 2],
    ['hanging', false, 1], // the exchange; the subscription is pending
    ['late', false, 1],
  ] as const)('ends by itself and has no unhandled rejection: store %s', ([mode, ok, errors]) => {
    const args = ['--import', 'tsx', '--unhandled-rejections=strict', program, mode]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 50_000,
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({ ok, errors, state: 'open' })
    expect(status).toBe(0)
  })
})
