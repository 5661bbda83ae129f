import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

type Settle = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void

interface Row {
  readonly says: string
  readonly outcome: 'success' | 'failure'
  readonly settle: Settle
}

const down = new Error('down')
const other = new Error('other')
const thenable = (settle: Settle) => thenableWith<unknown>(settle as never)

/** The three code paths of call(): without options, with a time limit, with a signal. */
const paths = () => [undefined, { timeoutMs: 60_000 }, { signal: new AbortController().signal }]

const rows: Row[] = [
  { says: 'resolves at once', outcome: 'success', settle: (resolve) => resolve('value') },
  { says: 'rejects at once', outcome: 'failure', settle: (_, reject) => reject(down) },
  {
    says: 'resolves twice',
    outcome: 'success',
    settle: (resolve) => {
      resolve('value')
      resolve('other')
    },
  },
  {
    says: 'resolves, then rejects',
    outcome: 'success',
    settle: (resolve, reject) => {
      resolve('value')
      reject(other)
    },
  },
  {
    says: 'rejects, then resolves and throws',
    outcome: 'failure',
    settle: (resolve, reject) => {
      reject(down)
      resolve('other')
      throw other
    },
  },
  {
    says: 'resolves, then throws',
    outcome: 'success',
    settle: (resolve) => {
      resolve('value')
      throw other
    },
  },
  {
    says: 'throws',
    outcome: 'failure',
    settle: () => {
      throw down
    },
  },
  {
    says: 'resolves with a thenable that settles twice later',
    outcome: 'success',
    settle: (resolve) =>
      resolve(
        thenable((inner, reject) => {
          queueMicrotask(() => inner('value'))
          queueMicrotask(() => reject(other))
        }),
      ),
  },
]

const settling = table(
  '4. Thenables',
  rows,
  ({ says, outcome }) => `a thenable that ${says} is one ${outcome}`,
  async ({ outcome, settle }, s) => {
    for (const options of paths()) {
      const rig = new SubjectRig(s)
      const call = rig.breaker.call(() => thenable(settle), options)
      if (outcome === 'success') assert.strictEqual(await call, 'value')
      else assert.strictEqual(await rejection(call), down)
      await microtasks()
      assert.deepEqual(rig.outcomes, [outcome])
      assert.strictEqual(rig.breaker.inFlight, 0)
      assert.deepEqual(rig.errors, [])
    }
  },
)

const pending = cases('4. Thenables', {
  'a thenable that is pending does not block other calls': async (s) => {
    for (const options of paths()) {
      const rig = new SubjectRig(s)
      let settle: (value: unknown) => void = () => {}
      const pending = rig.breaker.call(
        () =>
          thenable((resolve) => {
            settle = resolve
          }),
        options,
      )
      assert.strictEqual(await rig.breaker.call(() => 'value', options), 'value')
      assert.strictEqual(rig.breaker.inFlight, 1)
      assert.strictEqual(rig.recorded, '1/0')
      rig.fail(3)
      assert.strictEqual(rig.state, 'open')
      settle('late') // clears the timer, which would keep the process alive
      assert.strictEqual(await pending, 'late')
    }
  },
  'a thenable that settles after a transition is stale': async (s) => {
    for (const options of paths()) {
      const rig = new SubjectRig(s)
      let settle: (value: unknown) => void = () => {}
      const call = rig.breaker.call(
        () =>
          thenable((resolve) => {
            settle = resolve
          }),
        options,
      )
      await microtasks()
      rig.fail(3)
      settle('late')
      settle('later still')
      assert.strictEqual(await call, 'late')
      const event = { outcome: 'success', stale: true, state: 'closed' } as const
      assert.deepInclude(rig.events.at(-1), event)
      assert.strictEqual(rig.state, 'open')
    }
  },
  'the then of a thenable is read once': async (s) => {
    for (const options of paths()) {
      let reads = 0
      const value = Object.defineProperty({}, 'then', {
        get() {
          reads++
          return (resolve: (value: string) => void) => resolve('value')
        },
      })
      assert.strictEqual(await new SubjectRig(s).breaker.call(() => value, options), 'value')
      assert.strictEqual(reads, 1)
    }
  },
})

export const thenableMatrixCases: readonly ConformanceCase[] = [...settling, ...pending]
