import './shared-tabs.css'
import { useEffect, useState } from 'react'
import { circuits } from './guarded-fetch.ts'

/** Says that the tabs of the page share their circuits, and what another tab did last. */
export function SharedTabs() {
  const [last, setLast] = useState<string>()
  useEffect(() => {
    const unsubscribe = [...circuits].map((circuit) =>
      circuit.subscribe(({ circuitName, newState, cause }) => {
        if (cause === 'fleet') setLast(`Another tab moved ${circuitName} to ${newState}.`)
      }),
    )
    return () => {
      for (const end of unsubscribe) end()
    }
  }, [])
  return (
    <p className="shared-tabs">
      Two tabs of this page share their circuits: open a second one, and it knows what this one
      finds out.
      {last !== undefined && <span role="status"> {last}</span>}
    </p>
  )
}
