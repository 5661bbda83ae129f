import type { Traffic } from './flaky-server.ts'

let last = 0

/** A unique request id. All test files share the servers. */
export function newId(): string {
  last++
  return `${performance.timeOrigin}-${performance.now()}-${last}`
}

export async function trafficOf(origin: string, id: string): Promise<Traffic> {
  const response = await fetch(`${origin}/traffic?id=${id}`)
  return response.json()
}
