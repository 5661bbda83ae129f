import type { Fleet } from '@fluxgate/core'
import type { FleetRig, Instance } from './fleet-rig.ts'

// What happens before the part that a test is about.

type AnyRig = FleetRig<Fleet>

/** The shared circuit opened, and is due in half a second. */
export async function open<R extends AnyRig>(rig: R): Promise<R> {
  await rig.advance(100)
  await rig.fail(rig.at(0))
  await rig.fail(rig.at(1))
  await rig.advance(20)
  await dueSoon(rig)
  return rig
}

/** Calls are rejected shortly before the circuit is due, so that an instance asks for the lease. */
export async function askAll(rig: AnyRig): Promise<void> {
  await rig.advance(100)
  await callAll(rig, 'succeed')
  await rig.advance(100)
}

/** Waits until half a second before the circuit is due. */
export async function dueSoon(rig: AnyRig): Promise<void> {
  const { retryAt = 0 } = rig.at(0).breaker.snapshot()
  const leftMs = retryAt - rig.at(0).breaker.clock.timestamp()
  if (leftMs > 500) await rig.advance(leftMs - 500)
}

/** One instance holds the lease, and the circuit is due. */
export async function due<R extends AnyRig>(
  rig: R,
): Promise<{ rig: R; holder: R['instances'][number]; waiting: R['instances'][number][] }> {
  await open(rig)
  await askAll(rig)
  await rig.advance(500)
  const holder = prober(rig)
  if (holder === undefined) throw new Error('no instance may probe')
  return { rig, holder, waiting: others(rig, holder) }
}

/** One call of each instance. Returns how many reached the service. */
export async function callAll(rig: AnyRig, outcome: 'succeed' | 'fail'): Promise<number> {
  let reached = 0
  for (const instance of rig.instances) reached += await rig[outcome](instance, 1)
  return reached
}

export function isProber({ breaker }: Pick<Instance, 'breaker'>): boolean {
  return breaker.snapshot().fleet?.prober === 'this'
}

export function prober<R extends AnyRig>(rig: R): R['instances'][number] | undefined {
  return rig.instances.find(isProber)
}

export function others<R extends AnyRig>(rig: R, one = prober(rig)): R['instances'][number][] {
  return rig.instances.filter((instance) => instance !== one)
}
