export { type DevtoolsListenerOptions, devtoolsListener } from './devtools-listener.ts'
export {
  type CircuitAdded,
  type CircuitRemoved,
  type CommandRun,
  type DevtoolsHook,
  devtoolsKey,
  type LoggedEvent,
  type MetricsTaken,
  maxEventsPerRead,
  type RejectionsCounted,
  type SignalSent,
  type WireAction,
  type WireAnswer,
  type WireCommand,
  type WireCommandResult,
  type WireEvent,
} from './wire.ts'
