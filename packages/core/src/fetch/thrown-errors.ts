import { isObject } from '../internal/is-object.ts'

/** The members of an error that show what happened to a request. */
interface Details {
  readonly name?: string
  readonly message?: string
  /** Of Node.js, undici and Bun. */
  readonly code?: string
  /** Of node-fetch. */
  readonly type?: string
  readonly hostname?: string
  readonly port?: number
  readonly socket?: { readonly remotePort?: number }
  readonly errors?: readonly Details[]
  readonly cause?: unknown
}

/** Tests an error, its cause and the cause of that. False for errors that cannot be read. */
function some(error: unknown, test: (details: Details) => boolean): boolean {
  try {
    for (let at = error as Details, left = 3; isObject(at) && left > 0; left--) {
      if (test(at)) return true
      at = at.cause as Details
    }
  } catch {}
  return false
}

const UNDICI_REFUSAL =
  /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH|CLOSED|DESTROYED)$/

/** What undici throws before or at dispatch. */
export function isRefusedByUndici(error: unknown): boolean {
  return some(error, ({ code }) => UNDICI_REFUSAL.test(`${code}`))
}

// Of undici, Bun and the browsers, for arguments that the constructor of Request cannot check.
const BAD_ARGUMENTS =
  /cannot have a? ?body|parse URL|disturbed|already (been )?(used|read)|unusable|duplex|AbortSignal|^(bad port|unknown scheme|only if cached)$|^re(quest|direct) mode cannot be/i

/** What the platform's fetch throws for arguments that it does not send. */
export function isBadArgument(error: unknown): boolean {
  return some(error, ({ message }) => BAD_ARGUMENTS.test(`${message}`))
}

// The messages are those of undici, workerd, Deno; the codes and types those of Bun and node-fetch.
const ANSWER =
  /^(redirect count|unexpected redir|integrity mis|URL scheme must|cross origin not)|too many redir|maximum.* redir/i

/**
 * Whether the service answered: fetch does not follow its redirect, or does not accept its body.
 * Browsers do not show it; there, such an error is a network error like any other.
 *
 * @param sentOnce the body was a stream, which fetch cannot send to the target of a redirect
 */
export function isAnswer(error: unknown, sentOnce: boolean): boolean {
  return some(error, ({ message, code, type, cause }) => {
    if (ANSWER.test(`${message}`) || /redirect/i.test(`${code} ${type}`)) return true
    if (message !== 'fetch failed') return false
    const { code: causeCode, message: why } = Object(cause) as Details
    // undici gives no reason for a redirect that would need the stream again
    return causeCode === 'ERR_INVALID_URL' || (sentOnce && causeCode === undefined && why === '')
  })
}

/** A file that the caller uploads was changed or deleted. */
export function isUnreadableFile(error: unknown): boolean {
  return some(error, ({ name }) => name === 'NotReadableError')
}

/**
 * Whether the connection to another server failed, after a redirect. Only undici shows it. The server
 * differs also behind a proxy, so that a dispatcher of the user's is an exception.
 */
export function failedElsewhere(error: unknown, { hostname, port, protocol }: URL): boolean {
  const own = Number(port || (protocol === 'https:' ? 443 : 80))
  const { [Symbol.for('undici.globalDispatcher.1') as never]: dispatcher } = globalThis
  if ((dispatcher as object | undefined)?.constructor?.name !== 'Agent') return false
  return some(error, (details) => {
    const { port = details.socket?.remotePort, hostname: host } = details.errors?.[0] ?? details
    return (port ?? own) !== own || (host ?? hostname) !== hostname
  })
}
