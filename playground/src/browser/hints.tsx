import './hints.css'
import { isHealthy } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { useStore } from '../ui/store.ts'
import { signalLog } from './page-traffic.ts'

/** Three things to try, each marked when it is done. */
export function Hints() {
  const signals = useStore(signalLog.signals)
  const hasFault = useStore(services.statuses).some(({ knobs }) => !isHealthy(knobs))
  const opened = signals.some(({ cause }) => cause === 'rule')
  const recovered = signals.some(({ newState }) => newState === 'closed')
  const hints = [
    {
      done: hasFault || opened,
      title: 'Break a service.',
      effect: 'Its calls fail, and the failure rate rises.',
    },
    {
      done: opened,
      title: 'See its circuit open.',
      effect: 'Open stops calls: nothing is sent, and the reason is shown.',
    },
    {
      done: recovered,
      title: 'Heal the service.',
      effect: 'Some probes succeed, and the circuit closes: calls pass again.',
    },
  ]
  return (
    <ol className="hints">
      {hints.map(({ done, title, effect }) => (
        <li key={title} data-done={done}>
          <p>
            <b>{title}</b> {effect}
            {done && <span className="visually-hidden"> Done.</span>}
          </p>
        </li>
      ))}
    </ol>
  )
}
