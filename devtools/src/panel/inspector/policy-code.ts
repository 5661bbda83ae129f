import type { BreakerJson, PolicyJson } from '@fluxgate/core'
import type { PolicyName } from '../../session/policy-names.ts'

type Arg = PolicyJson['args'][number]

const identifier = /^[A-Za-z_$][\w$]*$/

/**
 * How the arguments in the JSON of a policy appear in its code:
 *
 * - `values`: unchanged
 * - `identifiers`: as names of functions or classes of the app
 * - `statuses`: as a function of the app, in the option `statuses`
 * - `function`: unchanged, and a function of the app follows
 */
type ArgumentKind = 'values' | 'identifiers' | 'statuses' | 'function'

/** The policies of core. Another name in the place of one, such as `eval`, would run when pasted. */
const corePolicies: ReadonlyMap<string, ArgumentKind> = new Map(
  Object.entries<ArgumentKind>({
    countWindow: 'values',
    timeWindow: 'values',
    serviceError: 'statuses',
    anyError: 'values',
    errorNamed: 'values',
    errorType: 'identifiers',
    errorWhere: 'identifiers',
    resultWhere: 'identifiers',
    minRequests: 'values',
    failureRate: 'values',
    failureCount: 'values',
    failureStreak: 'values',
    slowRate: 'values',
    avgLatency: 'values',
    whileClosed: 'values',
    whileHalfOpen: 'values',
    tripWhen: 'function',
    retryAlways: 'values',
    retryNever: 'values',
    cooldown: 'values',
    backoff: 'values',
    retryWhen: 'function',
    admitAll: 'values',
    admitRandom: 'values',
    rampUp: 'values',
    admitWhen: 'function',
  } satisfies Record<PolicyName, ArgumentKind>),
)
const binaryOperators = new Set(['and', 'or'])
const coreErrors = new Set(['TimeoutError', 'CallNotPermittedError'])
const standardErrors = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'AggregateError',
  'DOMException',
])

/**
 * The code that creates a circuit with this configuration.
 *
 * JSON has no function bodies: the code has a comment in their place. The page is not trusted: its
 * names become string literals or comments, never code.
 */
export function breakerCode(config: BreakerJson): string {
  const used = new Set(['CircuitBreaker'])
  const lines = [
    `name: ${text(config.name)}`,
    ...(['window', 'tracker', 'ignore', 'tripper', 'retry', 'permit'] as const).flatMap((option) =>
      optionCode(option, config[option], used),
    ),
    `probes: ${number(config.probes)}`,
    `probeLeaseMs: ${number(config.probeLeaseMs)}`,
    ...(config.timeoutMs === undefined ? [] : [`timeoutMs: ${number(config.timeoutMs)}`]),
    ...(config.deadline === undefined ? [] : ["deadline: 'ignore'"]),
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

function optionCode(option: string, value: BreakerJson['ignore'], used: Set<string>): string[] {
  if (value === undefined) return []
  return [`${option}: ${value === false ? 'false' : policyCode(value, used)}`]
}

/** One policy as code: `failureStreak(5).or(minRequests(20).and(failureRate(0.5)))`. */
function policyCode(policy: PolicyJson, used = new Set<string>()): string {
  const { type, args } = policy
  const [first, second] = args
  if (binaryOperators.has(type) && isPolicy(first) && isPolicy(second)) {
    return `${policyCode(first, used)}.${type}(${policyCode(second, used)})`
  }
  if (type === 'not' && isPolicy(first)) return `${policyCode(first, used)}.not()`
  const kind = corePolicies.get(type)
  if (kind === undefined) return '/* your policy */'
  used.add(type)
  const parameters = args.map((arg) => argument(kind, arg, used))
  if (kind === 'function') parameters.push('/* your function */')
  return `${type}(${parameters.join(', ')})`
}

function argument(kind: ArgumentKind, arg: Arg, used: Set<string>): string {
  if (typeof arg === 'number') return number(arg)
  if (typeof arg === 'string') {
    if (kind === 'statuses') return `{ statuses: ${placeholder(arg)} }`
    if (kind !== 'identifiers') return text(arg)
    if (coreErrors.has(arg)) used.add(arg)
    else if (!standardErrors.has(arg)) return placeholder(arg)
    return arg
  }
  if (isPolicy(arg)) return policyCode(arg, used)
  const entries = Object.entries(arg).filter(([key]) => identifier.test(key))
  return `{ ${entries.map(([key, value]) => `${key}: ${number(value)}`).join(', ')} }`
}

/** A comment in the place of a function or class of the app. */
function placeholder(name: string): string {
  return identifier.test(name) ? `/* your ${name} */` : '/* your function */'
}

function isPolicy(arg: Arg | undefined): arg is PolicyJson {
  return typeof arg === 'object' && 'type' in arg && 'args' in arg && Array.isArray(arg.args)
}

/** With numeric separators: `60_000`. */
function number(value: unknown): string {
  if (typeof value !== 'number') return '/* invalid number */'
  const [whole = '', fraction] = String(value).split('.')
  const grouped = /e/i.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '_')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A variable name for the circuit: `GET /orders` becomes `getOrdersBreaker`. */
function variable(name: string): string {
  const [first = '', ...rest] = name.match(/[A-Za-z0-9]+/g) ?? []
  const start = /^[A-Z0-9]+$/.test(first) ? first.toLowerCase() : lowerFirst(first)
  const joined = start + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^[A-Za-z]/.test(joined) ? `${joined}Breaker` : 'breaker'
}

const lowerFirst = (word: string) => word.charAt(0).toLowerCase() + word.slice(1)
