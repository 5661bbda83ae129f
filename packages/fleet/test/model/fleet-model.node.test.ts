import { expect, test } from 'vitest'
import { type Step, World } from './world.ts'

/**
 * The number of steps after each prefix. A lease, a verdict and a lost message take four. The variable
 * is for longer explorations: 6 takes an hour.
 */
const DEPTH = Number(process.env['FLUXGATE_FLEET_DEPTH'] ?? 4)

/** After `OPENED` the shared circuit is open. After `LEASED` it is due, and an instance has the lease. */
const OPENED = run('call0 fail0 call1 fail1 send0 arrive0 receive0 send1 arrive1 receive1')
const LEASED = [
  ...OPENED,
  ...run(
    'send2 arrive2 receive2 update0 tick tick call1 send1 arrive1 receive1 send0 arrive0 receive0',
  ),
]

/** Parses `call0 tick`: the steps and the numbers of the instances. */
function run(text: string): Step[] {
  return text.split(' ').map((word): Step => {
    const node = Number(word.at(-1))
    return Number.isNaN(node) ? { do: word as 'tick' } : { do: word.slice(0, -1) as 'call', node }
  })
}

function replay(path: readonly Step[]): World {
  const world = new World()
  try {
    for (const step of path) world.run(step)
    world.check()
  } catch (error) {
    const steps = path.map((step) => `${step.do}${'node' in step ? step.node : ''}`).join(' ')
    throw new Error(`${(error as Error).message} after: ${steps}`)
  }
  return world
}

/** Takes every step from every situation, breadth first. Each situation is expanded once. */
function explore(prefix: readonly Step[], depth: number): { situations: number; seen: string[] } {
  const known = new Set([replay(prefix).key()])
  const seen = new Set<string>()
  let frontier: readonly (readonly Step[])[] = [prefix]
  for (let length = 1; length <= depth; length++) {
    const next: (readonly Step[])[] = []
    for (const path of frontier) {
      for (const step of replay(path).steps()) {
        const longer = [...path, step]
        const world = replay(longer)
        const key = world.key()
        for (const event of world.seen) seen.add(event)
        if (known.has(key)) continue
        known.add(key)
        next.push(longer)
        if (length < depth) continue
        const states = world.recover()
        if (states.some((state) => state !== 'closed')) {
          const steps = longer.map((each) => `${each.do}${'node' in each ? each.node : ''}`)
          throw new Error(`not closed in the end: ${states} after: ${steps.join(' ')}`)
        }
      }
    }
    frontier = next
  }
  return { situations: known.size, seen: [...seen].sort() }
}

test.for([
  ['from the start', [], 300, ['closed -> open']],
  ['from an open circuit', OPENED, 900, ['closed -> open']],
  ['from a circuit that is due', LEASED, 1_200, ['granted', 'open -> closed', 'open -> open']],
] as const)(
  'three instances and a store keep the invariants, and agree in the end: %s',
  ([, prefix, fewest, events]) => {
    const { situations, seen } = explore(prefix, DEPTH)
    expect(situations).toBeGreaterThan(fewest)
    if (DEPTH > 4) console.log(`${situations} situations: ${seen.join(', ')}`)
    if (prefix.length > 0) expect(seen).toEqual(expect.arrayContaining([...events]))
  },
)
