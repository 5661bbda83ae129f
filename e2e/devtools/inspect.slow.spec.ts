import { circuit, expect, test } from './inspect-processes.ts'

// a name that resolves to this machine, as after DNS rebinding
const rebound = 'rebound.example'

test('inspect shows the circuits of two processes and changes them', async ({
  page,
  startNamed,
  inspect,
  problems,
}) => {
  const [orders, carts] = [await startNamed('orders'), await startNamed('carts')]
  await page.goto(await inspect(orders.inspectorPort ?? 0, carts.inspectorPort ?? 0))
  await expect(circuit(page, 'orders-open')).toContainText('open')
  await expect(circuit(page, 'carts-open')).toContainText('open')
  await expect(circuit(page, 'orders-closed')).toContainText('closed')

  const frames = page.getByRole('combobox', { name: 'Frame' })
  for (const { pid, inspectorPort } of [orders, carts]) {
    const name = `node://localhost/processes/service.ts?pid=${pid} (${inspectorPort})`
    await expect(frames.getByRole('option', { name })).toHaveCount(1)
  }
  await frames.selectOption(`port ${carts.inspectorPort}`)
  await expect(circuit(page, 'orders-')).toHaveCount(0)

  await circuit(page, 'carts-closed').click()
  await page.getByRole('button', { name: 'Force open' }).click()
  await expect(circuit(page, 'carts-closed')).toContainText('forced open')

  await carts.end()
  await expect(circuit(page, 'carts-closed')).toContainText(/removed|gone/)
  await frames.selectOption('')
  await expect(circuit(page, 'orders-closed')).toContainText('closed')
  expect(problems).toEqual([])
})

test('serveDevtools shows the circuits without buttons', async ({ page, startNamed, problems }) => {
  const { line: url } = await startNamed('orders', '--serve')
  await page.goto(url)
  await circuit(page, 'orders-open').click()
  await expect(page.getByText('failure streak').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Force open' })).toHaveCount(0)
  expect(problems).toEqual([])
})

test('the page without the token shows no circuits', async ({ page, startNamed }) => {
  const { line: url } = await startNamed('orders', '--serve')
  const statuses: number[] = []
  page.on('response', (response) => statuses.push(response.status()))
  await page.goto(new URL('/', url).href)
  await expect.poll(() => statuses.filter((status) => status === 401).length).toBeGreaterThan(2)
  await expect(circuit(page, 'orders')).toHaveCount(0)
  await page.goto(url)
  await expect(circuit(page, 'orders')).toHaveCount(2)
})

test('a page of another origin can neither read nor command, even with the token', async ({
  page,
  server,
  startNamed,
}) => {
  const { line: url } = await startNamed('orders', '--serve', '--controls')
  await page.goto(`${server.origin}/other`)
  const attempts = await page.evaluate(async (address) => {
    const { origin, hash } = new URL(address)
    const attempt = async (init: RequestInit) => {
      try {
        const response = await fetch(`${origin}/api/read`, { method: 'POST', ...init })
        return `${response.type} ${await response.text()}`
      } catch (error) {
        return String(error)
      }
    }
    const frame = document.createElement('iframe')
    frame.src = address
    document.body.append(frame)
    await new Promise((resolve) => {
      frame.onload = resolve
    })
    return [
      await attempt({ headers: { Authorization: `Bearer ${hash.slice(1)}` }, body: '{}' }),
      await attempt({ body: '{}' }),
      await attempt({ mode: 'no-cors', body: '{}' }),
      String(frame.contentDocument),
    ]
  }, url)
  const blocked = 'TypeError: Failed to fetch'
  // an opaque response has no text
  expect(attempts).toEqual([blocked, blocked, expect.stringMatching(/^opaque $|Failed/), 'null'])
  const [, frame] = page.frames()
  expect(await frame?.locator('main').count()).toBe(0)
})

test('a host name that resolves to this machine is rejected', async ({ page, startNamed }) => {
  const { line: url } = await startNamed('orders', '--serve')
  const address = new URL(url)
  address.hostname = rebound
  const response = await page.goto(address.href)
  expect(response?.status()).toBe(421)
  expect(await response?.text()).toContain('only for localhost')
  const status = await page.evaluate(async (token) => {
    const { status } = await fetch('/api/read', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ frame: 'top', epoch: '', cursor: 0, metrics: [] }),
    })
    return status
  }, address.hash.slice(1))
  expect(status).toBe(421)
})
