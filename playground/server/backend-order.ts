import type { BackendMove, BackendOrder } from '../src/backend-status.ts'
import { serviceNames } from '../src/knobs.ts'

const MAX_RATE = 30

const moves: Record<BackendMove, true> = {
  reset: true,
  trip: true,
  forceOpen: true,
  disable: true,
  metricsOnly: true,
}

/**
 * Reads what somebody asks of the backend.
 *
 * @throws TypeError or RangeError naming what is wrong and quoting it
 */
export function parseOrder(order: unknown): BackendOrder {
  if (typeof order !== 'object' || order === null || Array.isArray(order)) {
    throw new TypeError(`an order must be an object, not ${JSON.stringify(order)}`)
  }
  const { rate, circuit, move, ...unknown } = order as Record<keyof BackendOrder, unknown>
  const [key] = Object.keys(unknown)
  if (key !== undefined) throw new RangeError(`there is no order ${JSON.stringify(key)}`)
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate <= MAX_RATE)) {
    throw new RangeError(`rate must be a number from 0 to ${MAX_RATE}, not ${JSON.stringify(rate)}`)
  }
  if (circuit !== undefined && !serviceNames.some((name) => name === circuit)) {
    throw new RangeError(`there is no circuit ${JSON.stringify(circuit)}`)
  }
  if (move !== undefined && !(typeof move === 'string' && Object.hasOwn(moves, move))) {
    throw new RangeError(
      `move must be one of ${Object.keys(moves).join(', ')}, not ${JSON.stringify(move)}`,
    )
  }
  if ((circuit === undefined) !== (move === undefined)) {
    throw new TypeError('a move needs both circuit and move')
  }
  return order
}
