import type { Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import type { SubjectRig } from '@fluxgate/testkit/subject-rig'

/** A listener whose promises the case settles. */
export class Slow {
  readonly received: string[] = []
  readonly pending: Deferred[] = []

  readonly listener = ({ newState }: Signal): Promise<void> => {
    this.received.push(newState)
    const work = new Deferred()
    this.pending.push(work)
    return work.promise
  }

  async settle(): Promise<void> {
    this.pending.at(-1)?.resolve()
    await microtasks()
  }
}

/** Changes the state `times` times; each transition is one signal. */
export function transitionTimes({ breaker }: SubjectRig, times: number): void {
  for (let i = 0; i < times; i++) breaker[breaker.state === 'disabled' ? 'forceOpen' : 'disable']()
}
