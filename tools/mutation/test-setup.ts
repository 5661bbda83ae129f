import fc from 'fast-check'
import { beforeEach } from 'vitest'

// That a property fails is enough to know, the smallest example is not needed.
fc.configureGlobal({ endOnFailure: true })

// Millions of calls, instrumented, for every single mutant; the same sums are in the other tests. And
// those that go to the end of the stack, which is elsewhere in each run.
const unfit =
  /(after ten million calls|a call costs the same|joining itself as it joins|runs out of stack)/

beforeEach(({ task, skip }) => {
  if (unfit.test(task.name)) skip()
})
