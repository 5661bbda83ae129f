import {
  type DevtoolsHook,
  devtoolsKey,
  type LoggedEvent,
  type WireEvent,
} from '@fluxgate/core/devtools'

const key = Symbol.for(devtoolsKey)

/** Makes this a document that never had a devtoolsListener. */
export function newDocument(): void {
  Reflect.deleteProperty(globalThis, key)
}

/** What a panel sees in this document. */
export function hookHere(): DevtoolsHook {
  return Reflect.get(globalThis, key)
}

/** Everything that a panel gets which opens now. */
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

/** An event in a few words: `1 signal closed>open`. */
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
