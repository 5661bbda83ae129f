import { useCircuit, useRetryCountdown } from '@fluxgate/react'
import { useState } from 'react'
import type { ServiceName } from '../knobs.ts'

interface DownNoticeProps {
  service: ServiceName
  retry: () => void
}

/** Replaces the content of a card while its circuit is open: a countdown and a retry button. */
export function DownNotice({ service, retry }: DownNoticeProps) {
  const seconds = useRetryCountdown(service)
  const { permitted } = useCircuit(service)
  const [rejected, setRejected] = useState(false)
  return (
    <div className="down-notice">
      <p>
        {seconds === undefined ? 'The next call is a probe.' : 'Next try in '}
        {seconds !== undefined && <b>{seconds} s</b>}
      </p>
      <button
        type="button"
        onClick={() => {
          setRejected(!permitted)
          retry()
        }}
      >
        Try {service} now
      </button>
      <p role="status">{rejected && 'The circuit is still open. Nothing was sent.'}</p>
    </div>
  )
}
