import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import type { Subject } from './subject.ts'

export const url = 'https://ops.example/hooks'

export interface Request {
  url: string
  init: RequestInit
}

type Answer = number | Error

/** A rig whose webhook receives these responses in order, and then 204. */
export function hooked(
  s: Subject,
  answers: Answer[] = [],
  options: Partial<ConstructorParameters<Subject['core']['WebhookListener']>[0]> = {},
) {
  const requests: Request[] = []
  const fetch = async (to: string, init: RequestInit) => {
    requests.push({ url: to, init })
    const answer = answers.shift() ?? 204
    if (typeof answer !== 'number') throw answer
    return new Response(null, { status: answer })
  }
  const webhook = new s.core.WebhookListener({ url, fetch, backoffMs: 1, ...options })
  return { requests, rig: new SubjectRig(s, { listeners: [webhook] }) }
}

export const headersOf = (request: Request | undefined) => new Headers(request?.init.headers)
