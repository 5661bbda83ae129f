import { parseSync, Visitor } from 'oxc-parser'

/** A capability beyond computation. SECURITY.md states which of them the packages use. */
export type Capability = 'eval' | 'html' | 'computed import' | 'network' | 'timer' | 'storage'

const names: Readonly<Record<string, Capability>> = {
  eval: 'eval',
  Function: 'eval',
  importScripts: 'eval',
  Worker: 'eval',
  SharedWorker: 'eval',
  innerHTML: 'html',
  outerHTML: 'html',
  insertAdjacentHTML: 'html',
  createContextualFragment: 'html',
  setHTMLUnsafe: 'html',
  parseHTMLUnsafe: 'html',
  dangerouslySetInnerHTML: 'html',
  srcdoc: 'html',
  fetch: 'network',
  XMLHttpRequest: 'network',
  WebSocket: 'network',
  EventSource: 'network',
  sendBeacon: 'network',
  RTCPeerConnection: 'network',
  BroadcastChannel: 'network',
  WebClient: 'network',
  setTimeout: 'timer',
  setInterval: 'timer',
  setImmediate: 'timer',
  requestAnimationFrame: 'timer',
  requestIdleCallback: 'timer',
  localStorage: 'storage',
  sessionStorage: 'storage',
  indexedDB: 'storage',
  cookie: 'storage',
  cookieStore: 'storage',
}

const evaluatingTimers = new Set(['setTimeout', 'setInterval', 'setImmediate'])

/**
 * The capabilities that a file uses, by its syntax tree.
 *
 * Every identifier of a listed name counts, also as a key or as a computed string key. False positives
 * are accepted, false negatives are not.
 *
 * @throws Error when the file does not parse
 */
export function capabilitiesOf(path: string, code: string): Set<Capability> {
  const { program, errors } = parseSync(path, code)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const capabilities = new Set<Capability>()
  const add = (name: string) => {
    if (Object.hasOwn(names, name)) capabilities.add(names[name] as Capability)
  }
  new Visitor({
    Identifier: ({ name }) => add(name),
    JSXIdentifier: ({ name }) => add(name),
    MemberExpression({ object, property, computed }) {
      if (computed && property.type === 'Literal') add(String(property.value))
      const isWrite = property.type === 'Identifier' && /^write(ln)?$/.test(property.name)
      if (isWrite && object.type === 'Identifier' && object.name === 'document')
        capabilities.add('html')
    },
    CallExpression({ callee, arguments: [first] }) {
      // `constructor` of a function is Function
      const member = callee.type === 'MemberExpression' ? callee.property : undefined
      if (member?.type === 'Identifier' && member.name === 'constructor') capabilities.add('eval')
      const isText =
        first?.type === 'TemplateLiteral' ||
        (first?.type === 'Literal' && typeof first.value === 'string')
      if (isText && callee.type === 'Identifier' && evaluatingTimers.has(callee.name))
        capabilities.add('eval')
    },
    ImportExpression({ source }) {
      if (source.type !== 'Literal') capabilities.add('computed import')
    },
  }).visit(program)
  return capabilities
}
