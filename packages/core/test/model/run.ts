import { Driver } from './driver.ts'
import type { Operation } from './operation.ts'
import type { Setup } from './setup.ts'

/**
 * Takes all steps, and lets promises settle after each.
 *
 * @returns every kind of signal and call event that occurred
 * @throws Error with the step at which breaker and model differ, and the difference
 */
export async function run(
  setup: Setup,
  operations: readonly Operation[],
): Promise<readonly string[]> {
  const driver = new Driver(setup)
  for (const [index, operation] of operations.entries()) {
    try {
      await take(driver, operation)
    } catch (error) {
      throw new Error(`step ${index}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return driver.kinds
}

export async function take(driver: Driver, operation: Operation): Promise<void> {
  driver.chance = operation.eighths / 8
  if (operation.do === 'advance') await advance(driver, operation.ms)
  else if (operation.do === 'advanceTo') await advance(driver, driver.until(operation))
  else if (operation.do === 'stall') await stall(driver, operation.ms)
  else {
    const compare = driver.perform(operation)
    if (driver.hasCallers) await settled()
    compare()
  }
  driver.checkCallers()
  if (operation.compare) driver.compareSnapshot()
}

/** Advances the time, and stops at each time limit. */
async function advance(driver: Driver, ms: number): Promise<void> {
  let rest = ms
  for (const timeout of driver.timeouts(ms)) {
    rest -= driver.advanceTo(timeout)
    await settled()
    driver.timedOut(timeout)
  }
  driver.perform({ do: 'advance', ms: rest })
}

/** Advances the time, and fires the timers afterwards. */
async function stall(driver: Driver, ms: number): Promise<void> {
  const late = driver.timeouts(ms)
  driver.perform({ do: 'advance', ms })
  for (const running of late) {
    driver.fire(running)
    await settled()
    driver.firedLate(running)
  }
}

/** Waits for more rounds of microtasks than a call needs. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined
}
