import { maxEventsPerRead, type SignalSent, type WireEvent } from '@fluxgate/core/devtools'
import { parseReading } from '../../../devtools/src/protocol/reading.ts'
import { circuitRows } from '../../../devtools/src/session/circuit-rows.ts'
import { laneIn } from '../../../devtools/src/session/lane.ts'
import { logRows } from '../../../devtools/src/session/log-rows.ts'
import { emptySession, reduce } from '../../../devtools/src/session/reduce.ts'
import { rejectionsIn } from '../../../devtools/src/session/rejections.ts'
import { loadSession, saveSession } from '../../../devtools/src/session/session-file.ts'
import type { SessionState } from '../../../devtools/src/session/state.ts'
import { batch } from '../../../devtools/test/messages.ts'
import { added, start, transition } from '../../../devtools/test/wire-events.ts'
import { Timings } from './timings.ts'

// Duration of each step from the page to the panel, with 1,000 circuits and 100,000 signals.

const CIRCUITS = 1_000
const SIGNALS = 100_000
const BATCH_SIZE = maxEventsPerRead

const index = new Map<string, number>()
const events: WireEvent[] = []
for (let seq = 1; seq <= CIRCUITS + SIGNALS; seq++) {
  const circuit = String(((seq * 7_919) % CIRCUITS) + 1)
  const own = index.get(circuit)
  index.set(circuit, (own ?? -1) + 1)
  if (own === undefined) events.push(added({ seq, circuit }, `host ${circuit}`))
  else {
    const opens = own % 2 === 0
    const place = { seq, circuit, index: own + 1 }
    const timestamp = start + seq * 10
    const [from, to] = opens ? (['closed', 'open'] as const) : (['open', 'closed'] as const)
    events.push(transition(place, from, to, { timestamp }, own))
  }
}

const parsing = new Timings(`parse an answer of ${BATCH_SIZE} events`)
const ingesting = new Timings(`ingest a batch of ${BATCH_SIZE} events`)
let state = emptySession
for (let from = 0; from < events.length; from += BATCH_SIZE) {
  const portion = events.slice(from, from + BATCH_SIZE)
  const answer = { next: from + BATCH_SIZE, dropped: 0, events: portion }
  const json = JSON.stringify({ epoch: 'e1', url: 'http://localhost/', answer })
  const reading = parsing.time(() => parseReading(json))
  if (reading?.events.length !== portion.length)
    throw new Error('an event was rejected by the parser')
  state = ingesting.time(() => reduce(state, batch(reading.events)))
}
if (state.log.length !== CIRCUITS + SIGNALS) throw new Error('an event was lost')

const last = CIRCUITS + SIGNALS
const [busiest = never()] = reduce(emptySession, batch(oneCircuit(50_000))).circuits.values()
const live = new Timings('ingest one more signal')
const rows = new Timings('rows of all circuits after it')
const log = new Timings('log of the circuits of a filter after it')
const lanes = new Timings('all lanes, whole time, 1,000 pixels')
const busy = new Timings('a lane of 50,000 intervals, 1,000 pixels')
const zoomed = new Timings('40 lanes, a hundredth of the time')
const density = new Timings('rejections of 40 lanes, 1,000 buckets')
for (let step = 1; step <= 50; step++) {
  const seq = last + step
  const next: SignalSent = transition(
    { seq, circuit: '5', index: (index.get('5') ?? 0) + step },
    'closed',
    'open',
    { timestamp: start + seq * 10 },
  )
  state = live.time(() => reduce(state, batch([next])))
  rows.time(() => circuitRows(state))
  const filtered: SessionState = { ...state, view: { filter: `host 1 ${'1'.repeat(step % 3)}` } }
  log.time(() => logRows(filtered))
  const circuits = circuitRows(state).map(({ circuit }) => circuit)
  const whole = { from: start, to: start + seq * 10 }
  const part = { from: start + 500_000, to: start + 510_000 }
  if (step % 10 === 0) {
    lanes.time(() => circuits.map((circuit) => laneIn(circuit, whole, seq / 100)))
  }
  busy.time(() => laneIn(busiest, whole, seq / 100))
  zoomed.time(() => circuits.slice(0, 40).map((circuit) => laneIn(circuit, part, 10)))
  density.time(() => circuits.slice(0, 40).map((circuit) => rejectionsIn(circuit, whole, 1_000)))
}

const saving = new Timings('save the session')
const loading = new Timings('load the session')
const pieces = saving.time(() => [...saveSession(state, start)])
const text = pieces.join('')
await loading.timeAsync(async () => {
  await loadSession(pieces)
})

console.log(
  `${CIRCUITS} circuits, ${SIGNALS} signals; a file of ${Math.round(text.length / 1e6)} MB\n`,
)
console.log(Timings.head)
const all = [parsing, ingesting, live, rows, log, lanes, busy, zoomed, density, saving, loading]
for (const timings of all) console.log(timings.line)

function oneCircuit(signals: number): WireEvent[] {
  return Array.from({ length: signals }, (_, i) => {
    const place = { seq: i + 2, index: i + 1 }
    const timestamp = start + (i * SIGNALS * 10) / signals
    return transition(place, i % 2 ? 'open' : 'closed', i % 2 ? 'closed' : 'open', { timestamp })
  })
}

function never(): never {
  throw new Error('the circuit was lost')
}
