import { CircuitRegistry } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { renderError, shownText, viewRecorder } from '../test/circuit-fixtures.tsx'
import { CircuitProvider } from './circuit-provider.ts'

afterEach(cleanup)

test('looks names up in the registry; a render of the provider does not render its consumers', () => {
  const registry = new CircuitRegistry()
  const circuit = registry.define('payments')
  const { views, Shown } = viewRecorder('payments')
  const page = <Shown />
  const { rerender } = render(<CircuitProvider registry={registry}>{page}</CircuitProvider>)
  rerender(<CircuitProvider registry={registry}>{page}</CircuitProvider>)
  expect(views).toHaveLength(1)
  act(() => circuit.forceOpen())
  expect(shownText()).toBe('forced_open rejected')
})

test('an unknown name throws, lists the known names, and creates no circuit', () => {
  const registry = new CircuitRegistry()
  const { Shown } = viewRecorder('paymnets')
  const page = (
    <CircuitProvider registry={registry}>
      <Shown />
    </CircuitProvider>
  )
  expect(renderError(page)).toBe(
    "Error: circuit 'paymnets' is not in the registry of <CircuitProvider>; its circuits: (none)",
  )
  registry.define('payments')
  registry.define('catalog')
  expect(renderError(page)).toBe(
    "Error: circuit 'paymnets' is not in the registry of <CircuitProvider>; its circuits: 'payments', 'catalog'",
  )
  expect(registry.size).toBe(2)
})

test('a name without a provider throws, and the message names the provider', () => {
  const { Shown } = viewRecorder('payments')
  expect(renderError(<Shown />)).toBe(
    "Error: circuit 'payments' is used by name outside a <CircuitProvider registry>",
  )
})
