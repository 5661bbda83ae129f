import { CircuitRegistry, cooldown, failureStreak } from '@fluxgate/core'

export const circuits = new CircuitRegistry({
  defaults: { tripper: failureStreak(3), retry: cooldown(30_000), probes: 1 },
})

export async function pay(send: () => Promise<string>): Promise<string> {
  return circuits.get('payments').call(send)
}
