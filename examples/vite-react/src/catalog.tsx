import { isCallNotPermitted } from '@fluxgate/core'
import { useCircuit, useRetryCountdown } from '@fluxgate/react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { guardedFetch } from './circuits'

async function getItems(signal: AbortSignal): Promise<string[]> {
  const response = await guardedFetch('/api/items', { signal })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return response.json()
}

export function Catalog() {
  const { permitted } = useCircuit('catalog')
  const seconds = useRetryCountdown('catalog')
  const { data, error, refetch } = useQuery({
    queryKey: ['items'],
    queryFn: ({ signal }) => getItems(signal),
    retry: (count, error) => count < 5 && !isCallNotPermitted(error),
    retryDelay: 100,
  })

  // the retry time has come: the next request is the probe
  useEffect(() => {
    if (permitted && isCallNotPermitted(error)) void refetch()
  }, [permitted, error, refetch])

  return (
    <main>
      {!permitted && <p role="status">The catalog is unavailable.</p>}
      {seconds !== undefined && <p>Next try in {seconds} s</p>}
      <ul>
        {data?.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <button type="button" onClick={() => refetch()}>
        Reload
      </button>
    </main>
  )
}
