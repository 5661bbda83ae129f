import { check, typeOfSecret } from '../validation.ts'
import { locales } from './locale.ts'

const OWNER = 'SlackListener'

/** @throws TypeError or RangeError, naming the type of a text that may be a secret */
export function checkSlackOptions(channel: unknown, locale: string, source: unknown): void {
  checkChannel(channel)
  checkLocale(locale)
  if (source !== undefined) checkText('source', source)
}

function checkChannel(channel: unknown): void {
  const option = `${OWNER}: channel`
  check(typeof channel === 'string', option, 'a non-empty string', typeOfSecret(channel))
  check(channel.trim() !== '', option, 'a non-empty string', channel, true)
}

function checkText(option: string, text: unknown): void {
  const isText = typeof text === 'string'
  check(
    isText && text !== '',
    `${OWNER}: ${option}`,
    'a non-empty string',
    typeOfSecret(text),
    isText,
  )
}

function checkLocale(locale: string): void {
  const isName = /^[a-z-]{0,8}$/i.test(locale)
  check(
    Object.hasOwn(locales, locale),
    `${OWNER}: locale`,
    `one of ${Object.keys(locales).join(', ')}`,
    isName ? locale : typeOfSecret(locale),
    true,
  )
}
