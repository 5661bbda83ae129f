import { parseSync, Visitor } from 'oxc-parser'

/** What shipped code could do beyond computing; SECURITY.md says of each whether ours does. */
export type Power = 'eval' | 'html' | 'computed import' | 'network' | 'timer' | 'storage'

const names: Readonly<Record<string, Power>> = {
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

const compilers = new Set(['setTimeout', 'setInterval', 'setImmediate'])

/**
 * The powers that a file uses, by its syntax tree.
 *
 * Any identifier of such a name counts, wherever it stands, also as a key or in a string between
 * brackets: too much is found rather than too little.
 *
 * @throws Error when it does not parse
 */
export function powersOf(path: string, code: string): Set<Power> {
  const { program, errors } = parseSync(path, code)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const powers = new Set<Power>()
  const add = (name: string) => {
    if (Object.hasOwn(names, name)) powers.add(names[name] as Power)
  }
  new Visitor({
    Identifier: ({ name }) => add(name),
    JSXIdentifier: ({ name }) => add(name),
    MemberExpression({ object, property, computed }) {
      if (computed && property.type === 'Literal') add(String(property.value))
      const written = property.type === 'Identifier' && /^write(ln)?$/.test(property.name)
      if (written && object.type === 'Identifier' && object.name === 'document') powers.add('html')
    },
    CallExpression({ callee, arguments: [first] }) {
      // a function's constructor is Function
      const member = callee.type === 'MemberExpression' ? callee.property : undefined
      if (member?.type === 'Identifier' && member.name === 'constructor') powers.add('eval')
      const text =
        first?.type === 'TemplateLiteral' ||
        (first?.type === 'Literal' && typeof first.value === 'string')
      if (text && callee.type === 'Identifier' && compilers.has(callee.name)) powers.add('eval')
    },
    ImportExpression({ source }) {
      if (source.type !== 'Literal') powers.add('computed import')
    },
  }).visit(program)
  return powers
}
