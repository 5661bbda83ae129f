import * as core from '@fluxgate/core'
import * as copy from '@fluxgate/core-copy'
import * as panel from '@fluxgate/devtools'
import { SlackListener } from '@fluxgate/listeners/slack'
import * as react from '@fluxgate/react'
import { assert } from 'chai'
import { cases } from '../../suite/conformance-case.ts'

/** What can be said only of packages that are installed and resolved as a user's are. */
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
    const asked: string[] = []
    globalThis.fetch = async function (this: unknown, input, init) {
      assert.isTrue(this === undefined || this === globalThis, 'fetch is called as a method')
      new Request(input, init) // refuses what the runtime does not know
      asked.push(String(input))
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
      assert.deepEqual(asked, ['https://slack.com/api/chat.postMessage'])
    } finally {
      globalThis.fetch = fetch
    }
  },
})
