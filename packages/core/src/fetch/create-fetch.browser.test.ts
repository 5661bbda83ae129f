import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')

describe('a relative URL', () => {
  afterEach(() => document.querySelector('base')?.remove())

  test('uses the circuit of the origin of the page', async () => {
    const rig = new FetchRig()
    const [plain, own] = [await fetch('./?a=b'), await rig.fetch('./?a=b')]
    expect([own.status, own.url]).toEqual([plain.status, plain.url])
    expect(rig.circuitNames).toEqual([location.origin])
  })

  test('uses the circuit of the origin of the <base> element', async () => {
    document.head.append(Object.assign(document.createElement('base'), { href: `${origin}/a/b` }))
    const rig = new FetchRig({ key: ({ url }) => url })
    expect(await (await rig.fetch('../answer?body=based')).text()).toBe('based')
    expect(rig.circuitNames).toEqual([`${origin}/answer?body=based`])
    const byOrigin = new FetchRig()
    await byOrigin.fetch('/answer')
    expect(byOrigin.circuitNames).toEqual([origin])
  })
})

test.each([
  ['a form', 'form'],
  ['an image', 'img'],
])('%s named baseURI in the page does not switch the circuit off', async (_, tag) => {
  const element = Object.assign(document.createElement(tag), { name: 'baseURI' })
  document.body.append(element)
  try {
    const rig = new FetchRig()
    await rig.fetch(`${origin}/answer`)
    await rig.fetch('./?a=b')
    expect(rig.circuitNames).toEqual([origin, location.origin])
  } finally {
    element.remove()
  }
})

test.each(['in init', 'of a Request'])(
  'a keepalive body over 64 KiB was never sent: %s',
  async (way) => {
    // the browser counts the bytes of all requests that are under way
    for (const [bytes, outcome] of [
      [10_000, 'success'],
      [70_000, 'ignored'],
    ] as const) {
      const rig = new FetchRig()
      const init = { method: 'POST', body: 'x'.repeat(bytes), keepalive: true }
      const url = `${origin}/answer`
      const sent = way === 'in init' ? rig.fetch(url, init) : rig.fetch(new Request(url, init))
      await sent.then((response) => response.text()).catch(() => {})
      expect(rig.outcomes).toEqual([outcome])
    }
  },
)

test('the circuit does not count a failure while the browser is offline', async () => {
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  const rig = new FetchRig()
  await rig.fetch(`${origin}/reset`).catch(() => {})
  onLine.mockRestore()
  expect(rig.outcomes).toEqual(['ignored'])
})

test.each([undefined, 60_000])('a Request keeps its referrer (timeoutMs %s)', async (timeoutMs) => {
  const guarded = createFetch({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
  const refererOf = async (response: Promise<Response>): Promise<unknown> =>
    (await (await response).json()).headers.referer
  const url = `${origin}/echo`
  expect(await refererOf(guarded(new Request(url)))).toBe(`${location.origin}/`)
  const withoutReferrer = () => new Request(url, { referrerPolicy: 'no-referrer' })
  expect(await refererOf(guarded(withoutReferrer()))).toBeUndefined()
  expect(await refererOf(guarded(withoutReferrer(), {}))).toBeUndefined()
  const other = new Request(url, { referrer: '/other', referrerPolicy: 'unsafe-url' })
  expect(await refererOf(guarded(other))).toBe(`${location.origin}/other`)
  // with an init, fetch resets the referrer
  expect(await refererOf(guarded(withoutReferrer(), { method: 'PUT' }))).toBe(
    await refererOf(fetch(withoutReferrer(), { method: 'PUT' })),
  )
})

test('a response that CORS blocks is a failure', async () => {
  const rig = new FetchRig()
  const forbidden = `${origin}/answer?access-control-allow-origin=https://other.example`
  const consoleError = vi.spyOn(console, 'error').mockReturnValue() // Chromium logs the CORS error
  await expect(rig.fetch(forbidden)).rejects.toBeInstanceOf(TypeError)
  consoleError.mockRestore()
  expect(rig.outcomes).toEqual(['failure'])
})

test('an opaque response is a success, because it has no status', async () => {
  const rig = new FetchRig()
  const response = await rig.fetch(`${origin}/answer?status=503`, { mode: 'no-cors' })
  expect([response.type, response.status]).toEqual(['opaque', 0])
  expect(rig.outcomes).toEqual(['success'])
})

test('Retry-After of another origin counts only when CORS exposes it', async () => {
  const hidden = new FetchRig()
  const answer = `${origin}/answer?status=503&retry-after=120`
  await hidden.fetch(`${answer}&access-control-expose-headers=x-other`)
  expect(hidden.signals).toMatchObject([{ retryAt: hidden.clock.timestamp() + 1_000 }])
  const exposed = new FetchRig()
  await exposed.fetch(`${answer}&access-control-expose-headers=retry-after`)
  expect(exposed.signals).toMatchObject([{ retryAt: exposed.clock.timestamp() + 120_000 }])
})
