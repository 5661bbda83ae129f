import type { Signal } from '@fluxgate/core'
import { check, typeOfSecret } from '../validation.ts'
import { locales } from './locale.ts'
import type { SlackMessage, SlackTemplates } from './slack-message.ts'

const OWNER = 'SlackListener'

/** @throws TypeError or RangeError, naming the key, when `templates` is invalid */
export function checkTemplates(templates: SlackTemplates): void {
  const option = `${OWNER}: templates`
  const isObject = typeof templates === 'object' && templates !== null
  check(isObject, option, 'an object', typeOfSecret(templates))
  for (const [key, template] of Object.entries(templates)) {
    check(
      key === 'summary' || key === 'digest' || isTransition(key),
      `${option}: each key`,
      "'summary', 'digest' or a transition such as 'closed->open'",
      key,
      true,
    )
    check(typeof template === 'function', `${option}: '${key}'`, 'a function', template)
  }
}

/**
 * The message of the template for a signal, or undefined when there is no template.
 *
 * @param earlier signals to summarize in the same message, oldest first
 * @throws what the template throws; TypeError when its result is not a message
 */
export function applyTemplate(
  templates: SlackTemplates,
  signal: Signal,
  earlier: readonly Signal[],
): SlackMessage | undefined {
  if (earlier.length > 0) {
    const result = templates.summary?.([...earlier, signal])
    return result === undefined ? undefined : toMessage('summary', result)
  }
  const key = `${signal.oldState}->${signal.newState}` as const
  const result = templates[key]?.(signal)
  return result === undefined ? undefined : toMessage(key, result)
}

/**
 * The message of the template for several circuits, or undefined when there is no template.
 *
 * @throws what the template throws; TypeError when its result is not a message
 */
export function applyDigestTemplate(
  templates: SlackTemplates,
  circuits: readonly (readonly Signal[])[],
): SlackMessage | undefined {
  const result = templates.digest?.(circuits)
  return result === undefined ? undefined : toMessage('digest', result)
}

function toMessage(key: string, result: string | SlackMessage): SlackMessage {
  const message = typeof result === 'string' ? { text: result } : result
  const { text, blocks } = Object(message) as Partial<SlackMessage>
  // Stryker disable next-line ArrayDeclaration: only the type of the default matters
  const isMessage = typeof text === 'string' && text !== '' && Array.isArray(blocks ?? [])
  const expected = 'return non-empty text, or an object with text and optional blocks'
  if (!isMessage) throw new TypeError(`${OWNER}: templates: '${key}' must ${expected}`)
  return message
}

function isTransition(key: string): boolean {
  const states = key.split('->')
  return states.length === 2 && states.every((name) => Object.hasOwn(locales.en.states, name))
}
