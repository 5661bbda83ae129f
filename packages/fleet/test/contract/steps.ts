import { type BackendFactory, FleetRig, type Instance, type RigOptions } from './fleet-rig.ts'

// What happens before the part that a test is about.

/** Instances whose shared circuit opened 9.5 s ago, and is due in half a second. */
export async function openFleet(
  backend: BackendFactory,
  options: RigOptions = {},
): Promise<FleetRig> {
  const rig = new FleetRig(backend, options)
  await rig.advance(100)
  await rig.fail(rig.at(0))
  await rig.fail(rig.at(1))
  await rig.advance(9_500)
  return rig
}

/** Calls are rejected shortly before the circuit is due, so that an instance asks for the lease. */
export async function askAll(rig: FleetRig): Promise<void> {
  await rig.advance(100)
  await callAll(rig, 'succeed')
  await rig.advance(100)
}

/** Waits until half a second before the circuit is due. */
export async function dueSoon(rig: FleetRig): Promise<void> {
  const { retryAt = 0 } = rig.at(0).breaker.snapshot()
  const leftMs = retryAt - rig.at(0).breaker.clock.timestamp()
  if (leftMs > 500) await rig.advance(leftMs - 500)
}

/** One instance holds the lease, and the circuit is due. */
export async function dueFleet(
  backend: BackendFactory,
  options?: RigOptions,
): Promise<{ rig: FleetRig; holder: Instance; waiting: Instance[] }> {
  const rig = await openFleet(backend, options)
  await dueSoon(rig)
  await askAll(rig)
  await rig.advance(500)
  const holder = prober(rig)
  if (holder === undefined) throw new Error('no instance may probe')
  return { rig, holder, waiting: others(rig, holder) }
}

/** One call of each instance. Returns how many reached the service. */
export async function callAll(rig: FleetRig, outcome: 'succeed' | 'fail'): Promise<number> {
  let reached = 0
  for (const instance of rig.instances) reached += await rig[outcome](instance, 1)
  return reached
}

export function isProber({ breaker }: Instance): boolean {
  return breaker.snapshot().fleet?.prober === 'this'
}

export function prober(rig: FleetRig): Instance | undefined {
  return rig.instances.find(isProber)
}

export function others(rig: FleetRig, one = prober(rig)): Instance[] {
  return rig.instances.filter((instance) => instance !== one)
}
