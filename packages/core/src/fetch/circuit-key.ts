import { report } from '../internal/error-handler.ts'
import { rejectPromise } from '../internal/policy-result.ts'
import { checkText } from '../internal/validation.ts'
import type { CircuitRegistry } from '../registry.ts'
import type { RequestHead } from './fetch-arguments.ts'

/** The name of the circuit of URLs that only the given fetch resolves. */
const RELATIVE = '(relative)'

/** The absolute URL of `text`; undefined when it is invalid, or relative without a page. */
export function resolveUrl(text: string): URL | undefined {
  for (const base of [baseUrl, () => undefined]) {
    try {
      return new URL(text, base())
    } catch {}
  }
  return undefined
}

function baseUrl(): string | undefined {
  const { document, location, Node } = globalThis
  const base: unknown = document?.baseURI
  // `<form name="baseURI">` hides the property of the document, not the one of its prototype
  if (base && typeof base !== 'string') return Reflect.get(Node.prototype, 'baseURI', document)
  return document?.baseURI ?? location?.href
}

/** Whether `text` is invalid only because it is relative. */
export function isRelative(text: string): boolean {
  try {
    return !!new URL(text, 'http://relative')
  } catch {
    return false
  }
}

/** Local URLs, which no service answers. */
export function isLocal({ protocol }: URL): boolean {
  return /^(data|blob|about|file):$/.test(protocol)
}

/** The origin, or scheme and host of a custom scheme. Without user, password, path and query. */
export function originOf(url: URL | undefined): string {
  if (url === undefined) return RELATIVE
  if (url.origin !== 'null') return url.origin
  const [, scheme = '', host] = /^([^:]+:)(?:\/\/(?:[^/?#]*@)?([^/?#]*))?/.exec(url.href) ?? []
  return host ? `${scheme}//${host}` : scheme
}

/** The circuit that `key` names. When it fails, the circuit of the origin, whose `onError` is called. */
export function circuitOf(
  registry: CircuitRegistry,
  origin: string,
  head: RequestHead | undefined,
  key: ((head: RequestHead) => string) | undefined,
) {
  if (key === undefined || head === undefined) return registry.get(origin)
  let name: string
  try {
    name = key(head)
    rejectPromise('createFetch: key', 'a non-empty string', name)
    checkText('createFetch: what key returns', name)
  } catch (error) {
    const circuit = registry.get(origin)
    circuit[report]?.(error, 'key')
    return circuit
  }
  return registry.get(name)
}
