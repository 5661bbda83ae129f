import { type Answer, FORMAT, MAX_MS, NEVER, type StateUpdate } from './message.ts'

// Messages of a store are untrusted. A message with an invalid field is ignored as a whole.

const STATES = ['closed', 'open', 'recovering', 'forced_open', 'disabled', 'metrics_only']
const TEXTS = ['name', 'incarnation', 'by', 'reason', 'holder'] as const
const UPDATE_COUNTS = ['version', 'reopens', 'fence', 'probed', 'succeeded'] as const
const ANSWER_COUNTS = ['reporters', 'instances', 'failing', 'total', 'failures'] as const

const MAX_TEXT_LENGTH = 1_000
const MAX_JSON_LENGTH = 20_000

/** Returns the update if it is valid: an object, or JSON text. */
export function parseUpdate(value: unknown): StateUpdate | undefined {
  const object = objectOf(value)
  return isUpdate(object) ? object : undefined
}

/** Returns the answer if it is valid and about the circuit `name`. */
export function parseAnswer(value: unknown, name: string): Answer | undefined {
  const object = objectOf(value)
  return isUpdate(object) && object.name === name && hasCounts(object) ? object : undefined
}

function hasCounts(
  object: Record<string, unknown> & StateUpdate,
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

function isUpdate(
  object: Record<string, unknown>,
): object is Record<string, unknown> & StateUpdate {
  const { format, state, forMs, leaseMs } = object
  return (
    format === FORMAT &&
    typeof state === 'string' &&
    STATES.includes(state) &&
    TEXTS.every((key) => isText(object[key])) &&
    UPDATE_COUNTS.every((key) => isCount(object, key)) &&
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
