import { expect, test } from 'vitest'
import { isLocalAddress } from '../panel/text/local-address.ts'
import { processUrl } from './process-url.ts'

test('processUrl() names the script with its folder, and the process', () => {
  const url = processUrl({ pid: 4711, script: '/srv/orders/server.js' })
  expect(url).toBe('node://localhost/orders/server.js?pid=4711')
  expect(isLocalAddress(url)).toBe(true)
})

test('processUrl() accepts paths of Windows, special characters and no script', () => {
  expect(processUrl({ pid: 1, script: 'C:\\my apps\\#1?.js' })).toBe(
    'node://localhost/my%20apps/%231%3F.js?pid=1',
  )
  expect(processUrl({ pid: 1, script: '/server.js' })).toBe('node://localhost/server.js?pid=1')
  expect(processUrl({ pid: 1 })).toBe('node://localhost/?pid=1')
})

test('processUrl() of a production process is not local, so that commands need a confirmation', () => {
  const url = processUrl({ pid: 1, script: '/srv/a/b.js', productionHost: 'web-1' })
  expect(new URL(url).host).toBe('web-1')
  expect(isLocalAddress(url)).toBe(false)
})
