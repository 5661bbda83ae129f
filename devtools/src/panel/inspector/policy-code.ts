import type { BreakerJson, PolicyJson } from '@fluxgate/core'

type Arg = PolicyJson['args'][number]

const identifier = /^[A-Za-z_$][\w$]*$/

/** Their strings are names of functions or classes of the app; all other strings are text. */
const takesCode = new Set(['errorType', 'errorWhere', 'resultWhere'])
/** They have a name in the JSON, and in code a function after it. */
const takesNameAndCode = new Set(['tripWhen', 'retryWhen', 'admitWhen'])
const joins = new Set(['and', 'or'])
const ownErrors = new Set(['TimeoutError', 'CallNotPermittedError'])

/**
 * The code that makes a circuit with this configuration.
 *
 * What JSON does not carry, as the body of a function, is left to the reader as a comment. The
 * page is not trusted: whatever is no plain name comes out as a string or a comment.
 */
export function breakerCode(config: BreakerJson): string {
  const used = new Set(['CircuitBreaker'])
  const lines = [
    `name: ${text(config.name)}`,
    ...(['window', 'tracker', 'tripper', 'retry', 'permit'] as const).map(
      (option) => `${option}: ${policyCode(config[option], used)}`,
    ),
    `probes: ${number(config.probes)}`,
    `probeLeaseMs: ${number(config.probeLeaseMs)}`,
    ...(config.timeoutMs === undefined ? [] : [`timeoutMs: ${number(config.timeoutMs)}`]),
  ]
  return [
    `import {\n${[...used]
      .sort()
      .map((name) => `  ${name},\n`)
      .join('')}} from '@fluxgate/core'`,
    '',
    `const ${variable(config.name)} = new CircuitBreaker({`,
    ...lines.map((line) => `  ${line},`),
    '})',
    '',
  ].join('\n')
}

/** One policy as code: `failureStreak(5).or(minRequests(20).and(failureRate(0.5)))`. */
function policyCode(policy: PolicyJson, used = new Set<string>()): string {
  const { type, args } = policy
  const [first, second] = args
  if (joins.has(type) && isPolicy(first) && isPolicy(second)) {
    return `${policyCode(first, used)}.${type}(${policyCode(second, used)})`
  }
  if (type === 'not' && isPolicy(first)) return `${policyCode(first, used)}.not()`
  if (type === 'custom' || !identifier.test(type)) return '/* made by hand */'
  used.add(type)
  const written = args.map((arg) => argument(type, arg, used))
  if (takesNameAndCode.has(type)) written.push('/* your function */')
  return `${type}(${written.join(', ')})`
}

function argument(type: string, arg: Arg, used: Set<string>): string {
  if (typeof arg === 'number') return number(arg)
  if (typeof arg === 'string') {
    if (!takesCode.has(type)) return text(arg)
    if (!identifier.test(arg)) return '/* your function */'
    if (ownErrors.has(arg)) used.add(arg)
    return arg
  }
  if (isPolicy(arg)) return policyCode(arg, used)
  const entries = Object.entries(arg).filter(([key]) => identifier.test(key))
  return `{ ${entries.map(([key, value]) => `${key}: ${number(value)}`).join(', ')} }`
}

function isPolicy(arg: Arg | undefined): arg is PolicyJson {
  return typeof arg === 'object' && 'type' in arg && 'args' in arg && Array.isArray(arg.args)
}

/** `60_000`, as people write it. */
function number(value: unknown): string {
  if (typeof value !== 'number') return '/* no number */'
  const [whole = '', fraction] = String(value).split('.')
  const grouped = /e/i.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '_')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A variable named after the circuit: `GET /orders` becomes `getOrdersBreaker`, no word of the language. */
function variable(name: string): string {
  const [first = '', ...rest] = name.match(/[A-Za-z0-9]+/g) ?? []
  const start = /^[A-Z0-9]+$/.test(first) ? first.toLowerCase() : lowerFirst(first)
  const joined = start + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^[A-Za-z]/.test(joined) ? `${joined}Breaker` : 'breaker'
}

const lowerFirst = (word: string) => word.charAt(0).toLowerCase() + word.slice(1)
