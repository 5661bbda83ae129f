import './hints.css'
import { isWell } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { useStore } from '../ui/store.ts'
import { signalLog } from './page-traffic.ts'

/** Three things to try, ticked off as they happen. */
export function Hints() {
  const signals = useStore(signalLog.signals)
  const ailing = useStore(services.statuses).some(({ knobs }) => !isWell(knobs))
  const opened = signals.some(({ cause }) => cause === 'rule')
  const recovered = signals.some(({ newState }) => newState === 'closed')
  const hints = [
    {
      done: ailing || opened,
      what: 'Break a service.',
      why: 'Its calls fail, and the rule fills up.',
    },
    { done: opened, what: 'See its gate shut.', why: 'Nothing more is sent, and it says why.' },
    { done: recovered, what: 'Heal the service.', why: 'A few probes find out; the gate opens.' },
  ]
  return (
    <ol className="hints">
      {hints.map(({ done, what, why }) => (
        <li key={what} data-done={done}>
          <p>
            <b>{what}</b> {why}
            {done && <span className="visually-hidden"> Done.</span>}
          </p>
        </li>
      ))}
    </ol>
  )
}
