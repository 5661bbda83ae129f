import type { Epoch } from './epoch.ts'
import { permits } from './policy-model.ts'
import type { Setup } from './setup.ts'

/** What decides whether a call is admitted. */
export interface AdmissionContext {
  readonly setup: Setup
  readonly epoch: Epoch
  readonly now: number
  readonly reopens: number
}

/** Timers fire up to 1 ms early, so a circuit is due that much before its retry time. */
const EARLY_MS = 1

/** Whether the next call moves an open circuit to half-open. */
export function isDue({ epoch, now }: AdmissionContext): boolean {
  return epoch.state === 'open' && now >= epoch.retryAt - EARLY_MS
}

/** Whether the state admits a call, at this draw of the permit. */
export function admits(context: AdmissionContext, chance: number): boolean {
  const { setup, epoch, now } = context
  const { state, healthy, growths } = epoch
  if (state !== 'half_open') return state !== 'open' && state !== 'forced_open'
  const hasSlot = healthy || epoch.slotsTaken(now) < setup.probes + growths
  return hasSlot && permitAdmits(context, chance)
}

/** Half-open with healthy probes and a finished ramp: the next admission or settlement closes. */
export function hasRecovered({ setup, epoch, now }: AdmissionContext): boolean {
  return epoch.state === 'half_open' && epoch.healthy && now - epoch.since >= rampMsOf(setup)
}

/** Whether a call could be admitted now. A random permit counts as willing. */
export function isPermitted(context: AdmissionContext): boolean {
  const { setup, epoch, reopens } = context
  if (hasRecovered(context)) return true
  if (epoch.state !== 'open') return admits(context, 0)
  return isDue(context) && permits(setup.permit, 0, reopens, [], 0)
}

/** Monotonic times at which behaviour changes without a call. */
export function boundaries({ setup, epoch, now }: AdmissionContext): Record<Boundary, number> {
  const oldest = epoch.calls.find((call) => !call.settled)
  return {
    retry: epoch.retryAt,
    ramp: epoch.since + rampMsOf(setup),
    lease: oldest ? oldest.at + oldest.leaseMs : now,
  }
}

export type Boundary = 'retry' | 'ramp' | 'lease'

function permitAdmits({ setup, epoch, now, reopens }: AdmissionContext, chance: number): boolean {
  return permits(setup.permit, now - epoch.since, reopens, epoch.recorded, chance)
}

const rampMsOf = ({ permit }: Setup) => (permit.type === 'ramp' ? permit.durationMs : 0)
