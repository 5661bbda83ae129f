import { findRejection } from '@fluxgate/core'
import { getItems } from '../../../lib/circuits'

export const dynamic = 'force-dynamic'

export async function GET() {
  try {
    return Response.json(await getItems())
  } catch (error) {
    const rejection = findRejection(error)
    if (rejection === undefined) return new Response(null, { status: 502 })
    return new Response(null, { status: 503, headers: rejection.headers })
  }
}
