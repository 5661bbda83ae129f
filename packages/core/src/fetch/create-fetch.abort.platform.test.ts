import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { newId, trafficOf } from '@fluxgate/testkit/http/traffic'
import { describe, expect, inject, test } from 'vitest'

const [origin] = inject('origins')

/** The ways to pass a signal to fetch. */
const ways: Record<string, (url: string, signal: AbortSignal) => Parameters<typeof fetch>> = {
  'in init': (url, signal) => [url, { signal }],
  'of a Request': (url, signal) => [new Request(url, { signal })],
  'in init, beside a Request': (url, signal) => [new Request(url), { signal }],
  'of a Request as init': (url, signal) => [url, new Request(url, { signal })],
}

describe.each([undefined, 60_000])('with timeoutMs %s', (timeoutMs) => {
  describe.each(Object.keys(ways))("an abort by the caller's signal %s", (way) => {
    const makeRig = () => new FetchRig({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
    const args = (url: string, signal: AbortSignal) => ways[way]?.(url, signal) ?? ['']

    test('before the call rejects with the reason and sends nothing', async () => {
      const rig = makeRig()
      const id = newId()
      const circuit = rig.registry.get(origin)
      circuit.trip({ forMs: 1 })
      rig.clock.advance(1)
      const answer = rig.fetch(...args(`${origin}/answer?id=${id}`, AbortSignal.abort('before')))
      await expect(answer).rejects.toBe('before')
      expect(rig.outcomes).toEqual([])
      expect(circuit.state).toBe('open')
      expect(await trafficOf(origin, id)).toMatchObject({ received: 0 })
    })

    test('during the call rejects with the reason and cancels the request', async () => {
      const rig = makeRig()
      const id = newId()
      const caller = new AbortController()
      const answer = rig.fetch(...args(`${origin}/hang?id=${id}`, caller.signal))
      await expect.poll(() => trafficOf(origin, id)).toMatchObject({ received: 1 })
      caller.abort('during')
      await expect(answer).rejects.toBe('during')
      expect(rig.outcomes).toEqual(['aborted'])
      expect(rig.registry.get(origin).snapshot()).toMatchObject({
        state: 'closed',
        metrics: { total: 0 },
      })
      await expect.poll(() => trafficOf(origin, id)).toMatchObject({ givenUp: 1 })
    })

    test.each([200, 503])('while the body of a %i is read ends the body', async (status) => {
      const rig = makeRig()
      const id = newId()
      const caller = new AbortController()
      const url = `${origin}/stream?status=${status}&id=${id}`
      const response = await rig.fetch(...args(url, caller.signal))
      const reader = response.body?.getReader()
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('chunk')
      caller.abort(new Error('enough'))
      const rest = async () => {
        while (!(await reader?.read())?.done);
      }
      await expect(rest()).rejects.toThrow('enough')
      expect(rig.outcomes).toEqual([status === 200 ? 'success' : 'failure'])
      await expect.poll(() => trafficOf(origin, id)).toMatchObject({ givenUp: 1 })
    })
  })

  test('an abort of a shared signal rejects all of its calls', async () => {
    const rig = new FetchRig({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
    const caller = new AbortController()
    const answers = Array.from({ length: 5 }, () =>
      rig.fetch(`${origin}/hang`, { signal: caller.signal }),
    )
    caller.abort('bye')
    const results = await Promise.allSettled(answers)
    expect(results).toEqual(answers.map(() => ({ status: 'rejected', reason: 'bye' })))
    expect(rig.outcomes).toEqual(answers.map(() => 'aborted'))
  })

  test('a timeout signal of the caller aborts the call, which is a failure', async () => {
    const rig = new FetchRig({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
    const answer = rig.fetch(`${origin}/hang`, { signal: AbortSignal.timeout(20) })
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(rig.outcomes).toEqual(['failure'])
  })
})
