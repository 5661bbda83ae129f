import {
  CircuitBreaker,
  CircuitRegistry,
  failureStreak,
  isCallNotPermitted,
  WebhookListener,
} from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { createFetch } from '@fluxgate/core/fetch'
import { FluxgateDevtools } from '@fluxgate/devtools/production'
import { CircuitBoundary, CircuitProvider, useCircuit } from '@fluxgate/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'

// An app with everything that runs in a browser: fetch, React, a webhook and the panel.

const registry = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(2),
    timeoutMs: 5_000,
    listeners: [
      devtoolsListener(),
      new WebhookListener({ url: `${location.origin}/hook`, secret: 'page-secret' }),
    ],
  },
})
const guardedFetch = createFetch({ registry, key: () => 'api' })

function Api() {
  const { state, metrics } = useCircuit('api', { metrics: true })
  const [rejected, setRejected] = useState(false)
  if (rejected) registry.get('api').acquire() // throws the rejection that the boundary shows
  const call = () =>
    guardedFetch('/broken').catch((error) => {
      if (isCallNotPermitted(error)) setRejected(true)
    })
  return (
    <p>
      <output>
        {state}, {metrics.failures} failures
      </output>
      <button type="button" onClick={call}>
        Call
      </button>
    </p>
  )
}

const root = document.createElement('div')
document.body.append(root)
registry.get('api')
createRoot(root).render(
  <CircuitProvider registry={registry}>
    <CircuitBoundary circuit="api" fallback={() => <strong>The API is down</strong>}>
      <Api />
    </CircuitBoundary>
    <FluxgateDevtools />
  </CircuitProvider>,
)

const sync = new CircuitBreaker({ name: 'sync' })
document.title = sync.callSync(() => 'ready')
