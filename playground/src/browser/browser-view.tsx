import './browser-view.css'
import { serviceNames } from '../knobs.ts'
import { WeatherBar } from '../services/fault-bar.tsx'
import { services } from '../services/page-services.ts'
import { Slider } from '../ui/slider.tsx'
import { useStore } from '../ui/store.ts'
import { complaints } from '../url-settings.ts'
import { CircuitLane } from './circuit-lane.tsx'
import { CodePanel } from './code-panel.tsx'
import { circuits } from './guarded-fetch.ts'
import { Hints } from './hints.tsx'
import { traffic } from './page-traffic.ts'
import { Savings } from './savings.tsx'
import { SignalList } from './signal-list.tsx'

/** This page's own calls to three flaky services, each behind a circuit. */
export function BrowserView() {
  const rate = useStore(traffic.rate)
  const reachable = useStore(services.reachable)
  return (
    <div className="browser-view">
      <div className="intro">
        <h1>When a service is down, stop calling it.</h1>
        <p>
          This page calls three services through a guarded <code>fetch</code>, now. Each has a gate
          that shuts while its service is in trouble, and finds out by itself when it is back.
        </p>
        <Hints />
      </div>
      {!reachable && (
        <p role="alert">The playground's server does not answer. Is it still running?</p>
      )}
      {complaints.map((complaint) => (
        <p key={complaint} role="alert">
          {complaint}
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
        <WeatherBar />
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
