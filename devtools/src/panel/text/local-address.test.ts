import { expect, test } from 'vitest'
import { isLocalAddress } from './local-address.ts'

test.each([
  'http://localhost:5173/',
  'https://shop.localhost/',
  'http://127.0.0.1/',
  'http://127.8.8.8:80/',
  'http://[::1]:3000/',
  'file:///home/me/index.html',
])('%s is a local address', (url) => {
  expect(isLocalAddress(url)).toBe(true)
})

test.each([
  'https://shop.example/',
  'https://localhost.example/',
  'https://127.0.0.1.example/',
  'http://10.0.0.1/',
  'http://127.0.0.1@shop.example/',
  '',
  'no url',
])('%s is not a local address', (url) => {
  expect(isLocalAddress(url)).toBe(false)
})
