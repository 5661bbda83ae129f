import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

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
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
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
