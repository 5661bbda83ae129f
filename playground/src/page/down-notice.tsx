import { useCircuit, useRetryCountdown } from '@fluxgate/react'
import { useState } from 'react'
import type { ServiceName } from '../knobs.ts'

interface DownNoticeProps {
  service: ServiceName
  retry: () => void
}

/** In place of a card's content: when it may be back, and a way to ask the circuit sooner. */
export function DownNotice({ service, retry }: DownNoticeProps) {
  const seconds = useRetryCountdown(service)
  const { permitted } = useCircuit(service)
  const [asked, setAsked] = useState(false)
  return (
    <div className="down-notice">
      <p>
        {seconds === undefined ? 'A first call finds out.' : 'Back in '}
        {seconds !== undefined && <b>{seconds} s</b>}
      </p>
      <button
        type="button"
        onClick={() => {
          setAsked(!permitted)
          retry()
        }}
      >
        Try {service} now
      </button>
      <p role="status">{asked && 'Not yet, says the circuit. Nothing was sent.'}</p>
    </div>
  )
}
