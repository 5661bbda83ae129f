import type { PolicyJson } from '../policy.ts'
import type { RuleReport } from '../rule-report.ts'
import type { Signal } from '../signal.ts'
import type { Snapshot } from '../snapshot.ts'

// Names, reasons and trees may come from code that is not ours, so all of them are copied with
// bounds: what leaves the page is small, has no cycles and is JSON.
const MAX_TEXT = 500
const MAX_CHILDREN = 50
const MAX_DEPTH = 16
const MAX_NODES = 200

const units: readonly unknown[] = ['ratio', 'count', 'ms']
const operators: readonly unknown[] = ['and', 'or', 'not']

export const plainText = (value: unknown) =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT) : ''

export const plainSnapshot = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  name: plainText(snapshot.name),
})

export function plainSignal({ report, ...signal }: Signal): Signal {
  const tree = report && plainReport(report)
  return {
    ...signal,
    circuitName: plainText(signal.circuitName),
    reason: plainText(signal.reason),
    ...(tree && { report: tree }),
  }
}

/** Nothing for a tree that throws while it is read. */
export function plainReport(report: RuleReport): RuleReport | undefined {
  try {
    return reportNode(report, { left: MAX_NODES }, MAX_DEPTH)
  } catch {
    return undefined
  }
}

function reportNode(report: RuleReport, nodes: { left: number }, depth: number): RuleReport {
  const { rule, met, actual, threshold, unit, op, children } = report
  nodes.left--
  return {
    rule: plainText(rule),
    met: met === true,
    ...(Number.isFinite(actual) && { actual }),
    ...(Number.isFinite(threshold) && { threshold }),
    ...(units.includes(unit) && { unit }),
    ...(operators.includes(op) && { op }),
    ...(Array.isArray(children) && {
      children: children
        .slice(0, depth > 0 ? MAX_CHILDREN : 0)
        .flatMap((child) => (nodes.left > 0 ? reportNode(child, nodes, depth - 1) : [])),
    }),
  }
}

/** A policy written by hand says of itself what it likes. */
export function plainPolicy({ type, args }: PolicyJson, depth = MAX_DEPTH): PolicyJson {
  const list = Array.isArray(args) && depth > 0 ? args.slice(0, MAX_CHILDREN) : []
  return { type: plainText(type), args: list.map((arg) => plainArgument(arg, depth - 1)) }
}

function plainArgument(arg: PolicyJson['args'][number], depth: number): PolicyJson['args'][number] {
  if (typeof arg !== 'object' || arg === null) {
    return Number.isFinite(arg) ? arg : plainText(String(arg))
  }
  if ('args' in arg) return plainPolicy(arg as PolicyJson, depth)
  return Object.fromEntries(
    Object.entries(arg)
      .filter(([, value]) => Number.isFinite(value))
      .slice(0, MAX_CHILDREN),
  )
}
