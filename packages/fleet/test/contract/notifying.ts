import type { Signal } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { callAll, due } from './steps.ts'
import { type StoreBackendFactory, StoreRig } from './store-rig.ts'

/** A rig whose instances notify the same channel, as Slack listeners do. */
function withChannel(backend: StoreBackendFactory): { rig: StoreRig; channel: Signal[] } {
  const channel: Signal[] = []
  const rig = new StoreRig(backend)
  for (const { breaker, fleet } of rig.instances) {
    breaker.subscribe(fleet.once((signal) => void channel.push(signal)))
  }
  return { rig, channel }
}

const transitions = (channel: readonly Signal[]) =>
  channel.map(({ oldState, newState }) => `${oldState} -> ${newState}`)

export function checkNotifying(backend: StoreBackendFactory): void {
  describe('fleet.once()', () => {
    test('notifies once when all instances open by their own failures', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      for (const instance of rig.instances) await rig.fail(instance)
      await rig.advance(5_000)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      expect(transitions(channel)).toEqual(['closed -> open'])
    })

    test('notifies about an instance that fails alone after 2 s', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(1_900)
      expect(channel).toEqual([])
      await rig.advance(200)
      expect(channel).toHaveLength(1)
      expect(channel[0]?.reason).toContain('no other instance agrees')
    })

    test('notifies once about each transition of an outage', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      for (const instance of rig.instances) await rig.fail(instance)
      await rig.advance(9_700)
      await callAll(rig, 'succeed')
      await rig.advance(600)
      for (let round = 0; round < 3; round++) await callAll(rig, 'succeed')
      await rig.advance(3_000)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      const outage = ['closed -> open', 'open -> half_open', 'half_open -> closed']
      expect(transitions(channel)).toEqual(outage)
    })

    test('notifies once about a command to all instances', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      await rig.fleetCommand(1, 'forceOpen')
      await rig.advance(3_000)
      expect(transitions(channel)).toEqual(['closed -> forced_open'])
    })

    test('notifies about a manual transition of one instance', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      rig.at(1).breaker.disable()
      await rig.advance(100)
      expect(transitions(channel)).toEqual(['closed -> disabled'])
    })

    test('notifies on each instance while the store is unreachable', async () => {
      const { rig, channel } = withChannel(backend)
      await rig.advance(100)
      for (const { store } of rig.instances) store.mode = 'partitioned'
      for (const instance of rig.instances) await rig.fail(instance)
      await rig.advance(500)
      expect(transitions(channel)).toEqual(['closed -> open', 'closed -> open', 'closed -> open'])
    })

    test('calls a listener object with its own `this` and its other callbacks', async () => {
      class Recorder {
        readonly #seen: string[] = []
        onSignal({ newState }: Signal) {
          this.#seen.push(newState)
        }
        onAttach() {
          this.#seen.push('attached')
        }
        get seen() {
          return this.#seen
        }
      }
      const { rig } = await due(new StoreRig(backend))
      const recorder = new Recorder()
      rig.at(0).breaker.subscribe(rig.at(0).fleet.once(recorder))
      await rig.fleetCommand(0, 'forceOpen')
      expect(recorder.seen).toEqual(['attached', 'forced_open'])
    })
  })
}
