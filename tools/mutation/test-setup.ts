import fc from 'fast-check'
import { beforeEach } from 'vitest'

// A failing property kills the mutant; shrinking the example would only take time.
fc.configureGlobal({ endOnFailure: true })

// Too slow with instrumented code, or dependent on the size of the stack.
const unsuitable =
  /(after ten million calls|a call costs the same|joining itself as it joins|runs out of stack)/

beforeEach(({ task, skip }) => {
  if (unsuitable.test(task.name)) skip()
})
