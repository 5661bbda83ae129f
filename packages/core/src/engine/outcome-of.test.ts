import { expect, test, vi } from 'vitest'
import { anyError, errorWhere } from '../policies/trackers.ts'
import { resolveOptions } from './breaker-options.ts'
import { outcomeOf } from './outcome-of.ts'

const down = new Error('down')

test.each(['ignored', 'aborted'] as const)(
  '%s, as judged, is final: ignore is not called',
  (judged) => {
    const ignores = vi.fn(() => true)
    const options = resolveOptions({ name: 'payments', ignore: errorWhere(ignores) })
    expect(outcomeOf(options, 'failsOnError', down, () => judged)).toBe(judged)
    expect(ignores).not.toHaveBeenCalled()
  },
)

test.each(['success', 'failure'] as const)(
  '%s, as judged, is a proposal: ignore decides',
  (judged) => {
    const outcome = (ignore: ReturnType<typeof anyError> | false) =>
      outcomeOf(resolveOptions({ name: 'payments', ignore }), 'failsOnError', down, () => judged)
    expect(outcome(anyError())).toBe('ignored')
    expect(outcome(false)).toBe(judged)
  },
)

test('ignore: false ignores no outcome and reports no error', () => {
  const onError = vi.fn()
  const options = resolveOptions({ name: 'payments', ignore: false, onError })
  const abort = new DOMException('stopped', 'AbortError')
  expect(outcomeOf(options, 'failsOnError', abort)).toBe('failure')
  expect(outcomeOf(options, 'failsOnResult', 1)).toBe('success')
  expect(onError).not.toHaveBeenCalled()
})
