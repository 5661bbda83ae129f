import { Rig } from '@fluxgate/testkit/rig'
import { expect, test } from 'vitest'

// Where the stack ends differs between runs, so only the state afterwards is checked.
test('an onAttach that subscribes itself again overflows the stack and leaves the circuit usable', () => {
  const rig = new Rig()
  const onAttach = () => void rig.breaker.subscribe({ onAttach })
  rig.breaker.subscribe({ onAttach })
  rig.breaker.dispose()
  rig.breaker.reset()
  expect(rig.admits()).toBe(true)
})
