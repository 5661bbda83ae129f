import type { Fleet } from '@fluxgate/core'
import type { FleetRig, Instance } from './fleet-rig.ts'

// Steps that bring a rig into the state in which a test begins.

type AnyRig = FleetRig<Fleet>

/** Opens the shared circuit, and waits until half a second before it is due. */
export async function open<R extends AnyRig>(rig: R): Promise<R> {
  await rig.advance(100)
  await rig.fail(rig.at(0))
  await rig.fail(rig.at(1))
  await rig.advance(20)
  await dueSoon(rig)
  return rig
}

/** Makes calls shortly before the circuit is due: they are rejected, and request the lease. */
export async function requestLease(rig: AnyRig): Promise<void> {
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

/** Opens the shared circuit, and waits until it is due and one instance holds the lease. */
export async function due<R extends AnyRig>(
  rig: R,
): Promise<{ rig: R; holder: R['instances'][number]; waiting: R['instances'][number][] }> {
  await open(rig)
  await requestLease(rig)
  await rig.advance(500)
  const holder = prober(rig)
  if (holder === undefined) throw new Error('no instance may probe')
  return { rig, holder, waiting: others(rig, holder) }
}

/** Makes one call of each instance. Returns how many reached the service. */
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
