import { useCircuit } from '@fluxgate/react'
import { useState } from 'react'

const { circuit } = watched

/** The test edits this component while it is mounted. */
export function Status() {
  const [clicks, setClicks] = useState(0)
  const { state, call } = useCircuit(circuit)
  watched.renders++
  watched.calls.add(call)
  return (
    <button type="button" onClick={() => setClicks(clicks + 1)}>
      before: {state}, clicks: {clicks}
    </button>
  )
}
