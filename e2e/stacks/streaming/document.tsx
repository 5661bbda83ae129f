import type { CircuitRegistry, Snapshot } from '@fluxgate/core'
import { CircuitBoundary, CircuitProvider, useCircuit, useRetryCountdown } from '@fluxgate/react'
import { type ReactNode, Suspense } from 'react'

export interface DocumentProps {
  registry: CircuitRegistry
  snapshots?: readonly Snapshot[] | undefined
  /** Throws a promise until the late part may be rendered. */
  wait: () => void
}

/** The page that the server streams in two parts and the browser hydrates. */
export function Document({ registry, snapshots, wait }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <title>Streamed</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <CircuitProvider registry={registry} snapshots={snapshots}>
          <Status id="early" />
          <CircuitBoundary circuit="payments" fallback={() => 'rejected'}>
            <Countdown />
          </CircuitBoundary>
          <Suspense fallback={<p id="waiting">waiting</p>}>
            <Late wait={wait}>
              <Status id="late" />
            </Late>
          </Suspense>
        </CircuitProvider>
      </body>
    </html>
  )
}

function Status({ id }: { id: string }) {
  const { state, permitted, retryAt, metrics } = useCircuit('payments', { metrics: true })
  return <p id={id}>{JSON.stringify({ state, permitted, retryAt, total: metrics.total })}</p>
}

function Countdown() {
  return <p id="countdown">{useRetryCountdown('payments') ?? 'none'}</p>
}

function Late({ wait, children }: { wait: () => void; children: ReactNode }) {
  wait()
  return children
}
