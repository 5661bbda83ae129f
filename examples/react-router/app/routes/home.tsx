import { findRejection } from '@fluxgate/core'
import { useEffect } from 'react'
import { data, isRouteErrorResponse, useRevalidator } from 'react-router'
import { getItems } from '../catalog.server'
import type { Route } from './+types/home'

export async function loader({ request }: Route.LoaderArgs) {
  try {
    return { items: await getItems(request.signal) }
  } catch (error) {
    const rejection = findRejection(error)
    if (rejection === undefined) throw error
    const { status, headers, retryAfterMs } = rejection
    throw data({ retryAfterMs }, { status, headers })
  }
}

/** Sends `Retry-After` with the page too. */
export function headers({ errorHeaders }: Route.HeadersArgs) {
  return errorHeaders ?? {}
}

export default function Home({ loaderData }: Route.ComponentProps) {
  const { revalidate } = useRevalidator()
  return (
    <main>
      <p>{loaderData.items.join(', ')}</p>
      <button type="button" onClick={revalidate}>
        Reload
      </button>
    </main>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  if (!isRouteErrorResponse(error) || error.status !== 503) throw error
  return <Unavailable retryAfterMs={error.data.retryAfterMs} />
}

function Unavailable({ retryAfterMs = 1_000 }: { retryAfterMs?: number }) {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const timer = setTimeout(revalidate, retryAfterMs)
    return () => clearTimeout(timer)
  }, [revalidate, retryAfterMs])
  return <p role="status">The catalog is unavailable.</p>
}
