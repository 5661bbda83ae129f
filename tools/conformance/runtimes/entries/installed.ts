import * as core from '@fluxgate/core'
import * as copy from '@fluxgate/core-copy'
import * as panel from '@fluxgate/devtools'
import { SlackListener } from '@fluxgate/listeners/slack'
import * as react from '@fluxgate/react'
import { assert } from 'chai'
import { cases } from '../../suite/conformance-case.ts'

/** Cases that need packages installed and resolved as in a user's project. */
export const installed = cases('1. Packages', {
  'a second copy of the core is another one': () => {
    assert.notStrictEqual(copy.CircuitBreaker, core.CircuitBreaker)
  },
  'the packages for React can be imported anywhere': () => {
    assert.isFunction(react.useCircuit)
    assert.isFunction(panel.FluxgateDevtools)
  },
  'a server’s message to Slack goes out as its own fetch allows': async ({ isServer }) => {
    if (!isServer) return
    const { fetch } = globalThis
    const requested: string[] = []
    globalThis.fetch = async function (this: unknown, input, init) {
      assert.isTrue(this === undefined || this === globalThis, 'fetch is called as a method')
      new Request(input, init) // throws for options that the runtime does not support
      requested.push(String(input))
      return Response.json({ ok: true, ts: '1.1' })
    }
    try {
      const errors: unknown[] = []
      const breaker = new core.CircuitBreaker({
        name: 'payments',
        listeners: [new SlackListener({ channel: '#ops', token: 'xoxb-1' })],
        onError: (error) => void errors.push(error),
      })
      breaker.trip()
      await breaker.flush()
      assert.deepEqual(errors, [])
      assert.deepEqual(requested, ['https://slack.com/api/chat.postMessage'])
    } finally {
      globalThis.fetch = fetch
    }
  },
})
