import './call-flow.css'
import type { State } from '@fluxgate/core'
import { useEffect, useRef } from 'react'
import type { ServiceName } from '../knobs.ts'
import { animateCall } from './animate-call.ts'
import { traffic } from './page-traffic.ts'

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')

/** An animation of calls between page, circuit and service. The counts below show the same as text. */
export function CallFlow({ service, state }: { service: ServiceName; state: State }) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      traffic.subscribe((call) => {
        if (call.service !== service || reducedMotion.matches) return
        if (container.current) void animateCall(container.current, call)
      }),
    [service],
  )
  return (
    <div className="flow" data-state={state} aria-hidden="true">
      <span className="flow-line" />
      <span className="flow-line beyond" />
      <svg aria-hidden="true" className="flow-page" viewBox="0 0 24 24" width="24" height="24">
        <path d="M3 5h18v14H3ZM3 9h18M6 7h.1M8.5 7h.1" />
      </svg>
      <span className="flow-circuit">
        <span />
      </span>
      <svg aria-hidden="true" className="flow-service" viewBox="0 0 24 24" width="24" height="24">
        <path d="M4 4h16v6H4ZM4 14h16v6H4ZM7.5 7h.1M7.5 17h.1M12 7h5M12 17h5" />
      </svg>
      <div className="flow-dots" ref={container} />
    </div>
  )
}
