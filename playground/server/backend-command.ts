import type { BackendCommand, ManualTransition } from '../src/backend-status.ts'
import { serviceNames } from '../src/knobs.ts'

const MAX_RATE = 30

const transitions: Record<ManualTransition, true> = {
  reset: true,
  trip: true,
  forceOpen: true,
  disable: true,
  metricsOnly: true,
}

/**
 * Validates a command from a request.
 *
 * @throws TypeError or RangeError that names the field and quotes the value
 */
export function parseCommand(command: unknown): BackendCommand {
  if (typeof command !== 'object' || command === null || Array.isArray(command)) {
    throw new TypeError(`the command must be an object, not ${JSON.stringify(command)}`)
  }
  const { rate, circuit, transition, ...unknown } = command as Record<keyof BackendCommand, unknown>
  const [key] = Object.keys(unknown)
  if (key !== undefined) throw new RangeError(`unknown field ${JSON.stringify(key)}`)
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate <= MAX_RATE)) {
    throw new RangeError(`rate must be a number from 0 to ${MAX_RATE}, not ${JSON.stringify(rate)}`)
  }
  if (circuit !== undefined && !serviceNames.some((name) => name === circuit)) {
    throw new RangeError(`unknown circuit ${JSON.stringify(circuit)}`)
  }
  if (
    transition !== undefined &&
    !(typeof transition === 'string' && Object.hasOwn(transitions, transition))
  ) {
    throw new RangeError(
      `transition must be one of ${Object.keys(transitions).join(', ')}, not ${JSON.stringify(transition)}`,
    )
  }
  if ((circuit === undefined) !== (transition === undefined)) {
    throw new TypeError('circuit and transition must be given together')
  }
  return command
}
