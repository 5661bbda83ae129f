import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

/** Runs a program in this package; resolves with its output and exit code. */
async function runProgram(program: string): Promise<{ output: string; code: number | null }> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { output, code }
}

/** Runs a program that opens a circuit twice within a second, then the statement `last`. */
async function run(last: string): Promise<{ messages: string[]; code: number | null }> {
  const program = `
    import { CircuitBreaker } from '@fluxgate/core'
    import { SlackListener } from '@fluxgate/listeners/slack'
    globalThis.fetch = async (url, { body }) => {
      console.log(new URLSearchParams(body).get('text').split('\\n')[0].replace(/ from .*/, ''))
      return Response.json({ ok: true, ts: '1.1' })
    }
    const slack = new SlackListener({ channel: '#ops', token: 'xoxb-1' })
    const payments = new CircuitBreaker({ name: 'payments', listeners: [slack] })
    payments.trip()
    payments.reset()
    payments.forceOpen()
    await payments.flush()
    ${last}`
  const { output, code } = await runProgram(program)
  return { messages: output.trim().split('\n'), code }
}

test('a pending summary does not keep the process alive', async () => {
  expect(await run('')).toEqual({ messages: [':red_circle: *payments* closed → open'], code: 0 })
})

test('flush() posts the summary before the process exits', async () => {
  expect(await run('await slack.flush()')).toEqual({
    messages: [
      ':red_circle: *payments* closed → open',
      ':no_entry: *payments* forced open: 2 events',
    ],
    code: 0,
  })
})

/** A program whose Slack refuses connections, then the statement `last`. */
const unreachable = (last: string) => `
  import { CircuitBreaker } from '@fluxgate/core'
  import { SlackListener } from '@fluxgate/listeners/slack'
  let attempts = 0
  globalThis.fetch = async () => {
    attempts++
    throw new TypeError('fetch failed')
  }
  console.warn = console.info = () => {}
  const slack = new SlackListener({ channel: '#ops', token: 'xoxb-1' })
  const payments = new CircuitBreaker({ name: 'payments', listeners: [slack] })
  payments.trip()
  process.on('exit', () => console.log(attempts, 'attempts'))
  ${last}`

test('an unreachable Slack does not keep the process alive', async () => {
  const { output, code } = await runProgram(unreachable(''))
  expect(output).toContain('1 attempts')
  expect(code).toBe(0)
})

test('flush() keeps the process alive while it retries, until its timeout', async () => {
  const last = 'console.log(await slack.flush({ timeoutMs: 1_500 }))'
  const { output, code } = await runProgram(unreachable(last))
  expect(output).toMatch(/false\n2 attempts/)
  expect(code).toBe(0)
})
