import fc from 'fast-check'
import { beforeEach } from 'vitest'

// Whether a property fails is enough here: the search for the smallest counterexample takes long.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

// Skipped on mutants: tests of many calls, which are slow when instrumented and repeat what shorter
// ones check, and a test that loads the sources again: Stryker would run it alone on each mutant of
// code that only runs at load time.
const skipped =
  /(over a million calls|in constant time|a hundred thousand calls|is shared by two copies|a scrape of many circuits)/

beforeEach(({ task, skip }) => {
  if (skipped.test(task.name)) skip()
})
