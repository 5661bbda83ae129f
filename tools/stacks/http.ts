/** An answer with its text. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Sends a request and reads the whole answer. A request without an answer fails after 20 s. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000), ...init })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

export function postJson(url: string, value: unknown): Promise<Answer> {
  return request(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  })
}

/** The statuses of requests that are sent one after another. */
export async function statuses(count: number, send: () => Promise<Answer>): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await send()).status)
  return all
}

/** Waits until the answer satisfies the condition. @throws Error that quotes the last answer */
export async function eventually(
  send: () => Promise<Answer>,
  condition: (answer: Answer) => boolean,
  timeoutMs = 15_000,
): Promise<Answer> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const last = await send()
    if (condition(last)) return last
    if (Date.now() > end)
      throw new Error(`not within ${timeoutMs} ms, got ${last.status} ${last.text}`)
    await new Promise((next) => setTimeout(next, 100))
  }
}
