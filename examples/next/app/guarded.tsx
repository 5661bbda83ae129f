'use client'

import { CircuitBreaker } from '@fluxgate/core'
import { CircuitBoundary } from '@fluxgate/react'
import { useRouter } from 'next/navigation'
import { type ReactNode, startTransition } from 'react'

// stands in the browser for the circuit of the server that has the same name
const catalog = new CircuitBreaker({ name: 'catalog' })

export function Guarded({ children }: { children: ReactNode }) {
  return (
    <CircuitBoundary circuit={catalog} fallback={({ retry }) => <Down retry={retry} />}>
      {children}
    </CircuitBoundary>
  )
}

function Down({ retry }: { retry: () => void }) {
  const { refresh } = useRouter()
  const tryAgain = () =>
    startTransition(() => {
      refresh()
      retry()
    })
  return (
    <>
      <p role="status">The catalog is unavailable.</p>
      <button type="button" onClick={tryAgain}>
        Try again
      </button>
    </>
  )
}
