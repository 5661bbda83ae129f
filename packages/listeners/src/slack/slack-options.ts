import { check, typeOfSecret } from '../validation.ts'
import { locales } from './locale.ts'

const OWNER = 'SlackListener'

interface UncheckedOptions {
  readonly channel?: unknown
  readonly token?: unknown
  readonly client?: unknown
  readonly locale?: unknown
  readonly source?: unknown
}

/**
 * Checks all options but the templates.
 *
 * @throws TypeError or RangeError, naming the type of a text that may be a secret
 */
export function checkSlackOptions(options: UncheckedOptions): void {
  const { channel, token, client, locale = 'en', source } = options
  checkChannel(channel)
  if ((token === undefined) === (client === undefined)) {
    const found = token === undefined ? 'neither' : 'both'
    throw new TypeError(`${OWNER}: options must have either token or client, got ${found}`)
  }
  checkLocale(locale)
  if (source !== undefined) checkText('source', source)
  if (client === undefined) checkToken(token)
  else checkClient(client)
}

/** The messages do not quote the token. fetch would quote an invalid header. */
function checkToken(token: unknown): void {
  check(typeof token === 'string', `${OWNER}: token`, 'a string', typeof token)
  const isVisible = /^[\x21-\x7e]+$/.test(token)
  check(isVisible, `${OWNER}: token`, 'visible ASCII without spaces', 'another value', true)
}

/** The message names the type only: a client contains its token. */
function checkClient(client: unknown): void {
  const { chat } = Object(client) as { chat?: { postMessage?: unknown } }
  const isClient = typeof chat?.postMessage === 'function'
  check(isClient, `${OWNER}: client`, 'a WebClient of @slack/web-api', typeof client)
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

function checkLocale(locale: unknown): void {
  const isName = typeof locale === 'string' && /^[a-z-]{0,8}$/i.test(locale)
  check(
    typeof locale === 'string' && Object.hasOwn(locales, locale),
    `${OWNER}: locale`,
    `one of ${Object.keys(locales).join(', ')}`,
    isName ? locale : typeOfSecret(locale),
    true,
  )
}
