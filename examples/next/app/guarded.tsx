'use client'

import { CircuitBreaker } from '@fluxgate/core'
import { CircuitBoundary } from '@fluxgate/react'
import type { ReactNode } from 'react'

// stands in the browser for the circuit of the server that has the same name
const catalog = new CircuitBreaker({ name: 'catalog' })

export function Guarded({ children }: { children: ReactNode }) {
  return (
    <CircuitBoundary
      circuit={catalog}
      fallback={() => <p role="status">The catalog is unavailable.</p>}
    >
      {children}
    </CircuitBoundary>
  )
}
