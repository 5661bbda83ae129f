import fc from 'fast-check'
import { beforeEach } from 'vitest'

// Whether a property fails is enough here: the search for the smallest counterexample takes long.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

// Skipped on mutants: tests of many calls, which are slow when instrumented and repeat what shorter
// ones check, tests that overflow the stack, whose depth differs between runs, and a test that loads
// the sources again: Stryker would run it alone on each mutant of code that only runs at load time.
const skipped =
  /(after ten million calls|a call costs the same|a hundred thousand calls|runs out of stack|is shared by two copies|a scrape of many circuits)/

beforeEach(({ task, skip }) => {
  if (skipped.test(task.name)) skip()
})
