import './browser-view.css'
import { serviceNames } from '../knobs.ts'
import { FaultBar } from '../services/fault-bar.tsx'
import { services } from '../services/page-services.ts'
import { Slider } from '../ui/slider.tsx'
import { StateMeanings } from '../ui/state-meanings.tsx'
import { useStore } from '../ui/store.ts'
import { urlErrors } from '../url-settings.ts'
import { CircuitLane } from './circuit-lane.tsx'
import { CodePanel } from './code-panel.tsx'
import { circuits } from './guarded-fetch.ts'
import { Hints } from './hints.tsx'
import { traffic } from './page-traffic.ts'
import { Savings } from './savings.tsx'
import { SharedTabs } from './shared-tabs.tsx'
import { SignalList } from './signal-list.tsx'

/** The page calls three flaky services, each through a circuit. */
export function BrowserView() {
  const rate = useStore(traffic.rate)
  const reachable = useStore(services.reachable)
  return (
    <div className="browser-view">
      <div className="intro">
        <h1>When a service is down, stop calling it.</h1>
        <p>
          This page calls three services through a guarded <code>fetch</code>, now. Each has a
          circuit that opens while its service fails, and closes by itself when it has recovered.
        </p>
        <StateMeanings />
        <Hints />
        <SharedTabs />
      </div>
      {!reachable && (
        <p role="alert">The playground's server does not answer. Is it still running?</p>
      )}
      {urlErrors.map((error) => (
        <p key={error} role="alert">
          {error}
        </p>
      ))}
      <div className="controls">
        <Slider
          label="Calls"
          value={rate}
          max={30}
          unit="a second"
          onChange={(perSecond) => traffic.rate.set(perSecond)}
        />
        <FaultBar />
        <Savings />
      </div>
      <div className="lanes">
        {serviceNames.map((name) => (
          <CircuitLane key={name} circuit={circuits.get(name)} service={name} />
        ))}
        <SignalList />
      </div>
      <CodePanel />
    </div>
  )
}
