import { MemoryStore } from '../src/testing/memory-store.ts'
import { fleetContract } from './contract/fleet.contract.ts'

fleetContract('the in-memory store', (clock) => {
  const store = new MemoryStore({ clock })
  return { connect: () => store, empty: () => store.clear() }
})
