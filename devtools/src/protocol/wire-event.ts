import * as z from 'zod/mini'
import {
  amount,
  clampedTimestamp,
  count,
  id,
  isSmallTree,
  list,
  text,
  timestamp,
} from './schema-primitives.ts'

const state = z.enum(['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'])

export const action = z.enum(['reset', 'forceOpen', 'disable', 'metricsOnly', 'trip'])

const metrics = z.object({
  total: count,
  failures: count,
  ignored: count,
  totalDurationMs: amount,
  failureStreak: count,
  failureRate: z.optional(amount),
  avgDurationMs: z.optional(amount),
  slow: z.record(z.number(), count),
})

const args = <T extends z.core.SomeType>(node: T) =>
  list(z.union([text, z.number(), node, z.record(text, z.number())]))

const policyNode = z.object({
  type: text,
  get args() {
    return args(policyNode)
  },
})

type PolicyNode = z.infer<typeof policyNode>

const isPolicy = (arg: PolicyNode['args'][number]): arg is PolicyNode =>
  typeof arg === 'object' && Array.isArray(arg.args)

const policy = policyNode.check(
  z.refine((root) => isSmallTree(root, ({ args }) => args.filter(isPolicy))),
)

const reportNode = z.object({
  type: z.exactOptional(text),
  args: z.exactOptional(args(policy)),
  rule: text,
  met: z.boolean(),
  actual: z.exactOptional(z.number()),
  threshold: z.exactOptional(z.number()),
  unit: z.exactOptional(z.enum(['ratio', 'count', 'ms'])),
  op: z.exactOptional(z.enum(['and', 'or', 'not'])),
  get children() {
    return z.exactOptional(list(reportNode))
  },
})

const report = reportNode.check(
  z.refine((root) => isSmallTree(root, ({ children = [] }) => children)),
)

const breaker = z.object({
  name: text,
  window: policy,
  tracker: policy,
  ignore: z.exactOptional(z.union([policy, z.literal(false)])),
  tripper: policy,
  retry: policy,
  permit: policy,
  probes: count,
  probeLeaseMs: amount,
  timeoutMs: z.exactOptional(amount),
  deadline: z.exactOptional(z.literal('ignore')),
})

const cause = z.enum(['rule', 'retry', 'probes', 'manual', 'shadow', 'fleet'])

const fleet = z.object({
  reachable: z.boolean(),
  state: z.enum(['closed', 'open', 'recovering', 'forced_open', 'disabled', 'metrics_only']),
  reporters: z.exactOptional(count),
  instances: z.exactOptional(count),
  prober: z.enum(['this', 'other', 'none']),
})

const snapshot = z.object({
  name: text,
  state,
  since: timestamp,
  reason: z.exactOptional(text),
  cause: z.exactOptional(cause),
  report: z.exactOptional(report),
  retryAt: z.exactOptional(clampedTimestamp),
  reopens: count,
  healthy: z.boolean(),
  metrics,
  permitted: z.boolean(),
  fleet: z.exactOptional(fleet),
})

const signal = z.object({
  circuitName: text,
  oldState: state,
  newState: state,
  timestamp,
  cause,
  reason: text,
  report: z.exactOptional(report),
  metrics,
  retryAt: z.exactOptional(clampedTimestamp),
})

const logged = { seq: count, circuit: id, index: count }

/** An event as the page sends it. Equal to `WireEvent`: see wire-event.test-d.ts. */
export const wireEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('circuit-added'),
    ...logged,
    controls: z.boolean(),
    config: breaker,
    snapshot,
  }),
  z.object({
    type: z.literal('circuit-removed'),
    ...logged,
    why: z.enum(['detached', 'collected']),
    rejections: count,
    timestamp,
  }),
  z.object({
    type: z.literal('signal'),
    ...logged,
    signal,
    rejections: count,
    by: z.exactOptional(z.literal('devtools')),
  }),
  z.object({ type: z.literal('command'), ...logged, action, timestamp }),
  z.object({ type: z.literal('rejected'), circuit: id, total: count, timestamp }),
  z.object({ type: z.literal('metrics'), circuit: id, timestamp, snapshot, report }),
])
