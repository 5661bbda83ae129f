import './state-badge.css'
import type { State } from '@fluxgate/core'
import type { ReactNode } from 'react'

/** The label and the icon of each state. */
const states: Record<State, { label: string; icon: ReactNode }> = {
  closed: { label: 'Closed', icon: <path d="M2 8h11M9.5 4.5 13 8l-3.5 3.5" /> },
  open: { label: 'Open', icon: <path d="M2 8h4M13 8h1M9.5 2.5v11" /> },
  half_open: { label: 'Half open', icon: <path d="M2 8h3M11 8h3M8 2.5v3.4M8 10.1v3.4M7.9 8h.2" /> },
  metrics_only: {
    label: 'Metrics only',
    icon: <path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8ZM7.9 8h.2" />,
  },
  disabled: { label: 'Disabled', icon: <path d="M2 8h2M7 8h2M12 8h2" /> },
  forced_open: {
    label: 'Forced open',
    icon: <path d="M3.5 7.5h9v6h-9ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />,
  },
}

/** A state as colour, icon and label. */
export function StateBadge({ state }: { state: State }) {
  const { label, icon } = states[state]
  return (
    <span className="state-badge" data-state={state}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {icon}
      </svg>
      {label}
    </span>
  )
}
