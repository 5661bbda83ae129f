import { type Answer, FORMAT, MAX_MS, NEVER, type News } from './message.ts'

// What a store says is untrusted. A message that does not fit is dropped as a whole.

const STATES = ['closed', 'open', 'recovering', 'forced_open', 'disabled', 'metrics_only']
const TEXTS = ['name', 'life', 'by', 'reason', 'holder'] as const
const NEWS_COUNTS = ['version', 'reopens', 'fence', 'probed', 'succeeded'] as const
const ANSWER_COUNTS = ['reporters', 'instances', 'failing', 'total', 'failures'] as const

const MAX_TEXT_LENGTH = 1_000
const MAX_JSON_LENGTH = 20_000

/** Returns the news if it is valid: an object, or JSON text. */
export function parseNews(value: unknown): News | undefined {
  const object = objectOf(value)
  return isNews(object) ? object : undefined
}

/** Returns the answer if it is valid and about the circuit `name`. */
export function parseAnswer(value: unknown, name: string): Answer | undefined {
  const object = objectOf(value)
  return isNews(object) && object.name === name && hasCounts(object) ? object : undefined
}

function hasCounts(
  object: Record<string, unknown> & News,
): object is Record<string, unknown> & Answer {
  return ANSWER_COUNTS.every((key) => isCount(object, key))
}

function objectOf(value: unknown): Record<string, unknown> {
  let object = value
  if (typeof value === 'string' && value.length <= MAX_JSON_LENGTH) {
    try {
      object = JSON.parse(value)
    } catch {
      return {}
    }
  }
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>) : {}
}

function isNews(object: Record<string, unknown>): object is Record<string, unknown> & News {
  const { format, state, forMs, leaseMs } = object
  return (
    format === FORMAT &&
    typeof state === 'string' &&
    STATES.includes(state) &&
    TEXTS.every((key) => isText(object[key])) &&
    NEWS_COUNTS.every((key) => isCount(object, key)) &&
    (forMs === NEVER || isMs(forMs)) &&
    isMs(leaseMs)
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_TEXT_LENGTH
}

function isCount(object: Record<string, unknown>, key: string): boolean {
  const value = object[key]
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isMs(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_MS
}
