/** Stopped at the host: listeners of the page in the bubble phase do not receive them. */
const bubbling = [
  ...['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'change', 'submit'],
  ...['pointerdown', 'pointerup', 'pointermove', 'pointerover', 'pointerout', 'pointercancel'],
  ...['mousedown', 'mouseup', 'mousemove', 'mouseover', 'mouseout', 'wheel'],
  ...['touchstart', 'touchmove', 'touchend', 'touchcancel'],
  ...['click', 'dblclick', 'auxclick', 'contextmenu', 'focusin', 'focusout'],
  ...['copy', 'cut', 'paste', 'dragstart', 'dragover', 'drop'],
]

/**
 * Stopped at the window, before listeners of the page in the capture phase: those of focus traps
 * return the focus or cancel clicks outside of them. The panel receives a copy.
 */
const capturing: Readonly<Record<string, ((event: Event) => Event) | undefined>> = {
  keydown: copyKey,
  keyup: copyKey,
  focusin: copyFocus,
  focusout: copyFocus,
  pointerdown: copyPointer,
  click: copyClick,
  // the panel does not listen to these
  keypress: undefined,
  mousedown: undefined,
  mouseup: undefined,
  touchstart: undefined,
}

/**
 * Prevents listeners of the page from receiving events of the panel: hotkeys, handlers of outside
 * clicks, focus traps. Returns a function that removes the isolation.
 *
 * @param host the element whose shadow root contains the panel
 */
export function isolateEvents(host: HTMLElement): () => void {
  const stop = (event: Event) => event.stopPropagation()

  function onCapture(event: Event): void {
    // a copy does not leave the shadow root, so it never arrives here
    const path = event.composedPath()
    if (!path.includes(host)) return
    event.stopImmediatePropagation()
    const copy = capturing[event.type]?.(event)
    if (copy !== undefined && path[0]?.dispatchEvent(copy) === false) event.preventDefault()
  }

  for (const type of bubbling) host.addEventListener(type, stop)
  for (const type of Object.keys(capturing)) window.addEventListener(type, onCapture, true)
  return () => {
    for (const type of bubbling) host.removeEventListener(type, stop)
    for (const type of Object.keys(capturing)) window.removeEventListener(type, onCapture, true)
  }
}

/** Not composed: it stays inside of the shadow root. */
const inside = { bubbles: true, cancelable: true, composed: false }

function copyKey(event: Event): Event {
  if (!(event instanceof KeyboardEvent)) return new Event(event.type, inside)
  const { key, code, location, repeat, isComposing, ctrlKey, shiftKey, altKey, metaKey } = event
  const keys = { key, code, location, repeat, isComposing, ctrlKey, shiftKey, altKey, metaKey }
  return new KeyboardEvent(event.type, { ...inside, ...keys })
}

function copyFocus(event: Event): Event {
  const relatedTarget = event instanceof FocusEvent ? event.relatedTarget : null
  return new FocusEvent(event.type, { ...inside, cancelable: false, relatedTarget })
}

function copyPointer(event: Event): Event {
  if (!(event instanceof PointerEvent)) return new Event(event.type, inside)
  const { pointerId, pointerType, isPrimary, button, buttons } = event
  const { clientX, clientY, screenX, screenY, ctrlKey, shiftKey, altKey, metaKey } = event
  return new PointerEvent(event.type, {
    ...inside,
    ...{ pointerId, pointerType, isPrimary, button, buttons },
    ...{ clientX, clientY, screenX, screenY, ctrlKey, shiftKey, altKey, metaKey },
  })
}

/** Not a MouseEvent: such a copy would activate the button or the checkbox a second time. */
function copyClick({ type }: Event): Event {
  return new Event(type, inside)
}
