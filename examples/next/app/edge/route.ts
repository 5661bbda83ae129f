import { failureStreak, findRejection } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'

export const runtime = 'edge'

const guardedFetch = createFetch({ defaults: { tripper: failureStreak(2), timeoutMs: 2_000 } })

export async function GET() {
  try {
    const response = await guardedFetch(`${process.env.CATALOG_URL}/items`, { cache: 'no-store' })
    return new Response(response.body, { status: response.status })
  } catch (error) {
    const rejection = findRejection(error)
    return new Response(null, { status: rejection?.status ?? 502, headers: rejection?.headers })
  }
}
