import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { FluxgateDevtools } from '../index.ts'

test('on a server it renders nothing, and touches nothing that is not there', () => {
  expect(renderToString(<FluxgateDevtools />)).toBe('')
})
