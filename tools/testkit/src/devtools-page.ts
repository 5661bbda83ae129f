import {
  type DevtoolsHook,
  devtoolsKey,
  type LoggedEvent,
  type WireEvent,
} from '@fluxgate/core/devtools'

const key = Symbol.for(devtoolsKey)

/** Removes the devtools hook, as in a new document. */
export function newDocument(): void {
  Reflect.deleteProperty(globalThis, key)
}

/** The devtools hook of this document. */
export function hookHere(): DevtoolsHook {
  return Reflect.get(globalThis, key)
}

/** All events that a newly opened panel receives. */
export function readAll(hook = hookHere()): WireEvent[] {
  const events: WireEvent[] = []
  let cursor = 0
  for (;;) {
    const answer = hook.read(cursor)
    events.push(...answer.events)
    if (answer.next === cursor || answer.next % 1 !== 0 || answer.events.length === 0) return events
    cursor = answer.next
  }
}

export function isLogged(event: WireEvent): event is LoggedEvent {
  return 'seq' in event
}

/** A short text of an event: `1 signal closed>open`. */
export function inShort(event: WireEvent): string {
  const what =
    event.type === 'signal'
      ? `${event.signal.oldState}>${event.signal.newState}`
      : event.type === 'command'
        ? event.action
        : event.type === 'circuit-removed'
          ? event.why
          : event.type === 'rejected'
            ? String(event.total)
            : event.snapshot.name
  return `${event.circuit} ${event.type} ${what}`
}
