import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { FluxgateDevtools } from '../index.ts'

test('renders nothing on a server and needs no browser API', () => {
  expect(renderToString(<FluxgateDevtools />)).toBe('')
})
