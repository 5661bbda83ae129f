import type { Call } from './traffic.ts'

const LEG_MS = 450
const DROP_MS = 500

// custom properties of the stage, so that a flight follows when the page is resized
const PAGE = 'var(--page-x)'
const GATE = 'var(--gate-x)'
const SERVICE = 'var(--service-x)'

let flights = 0

/**
 * Shows one call as a dot: out to the gate; there it drops, or it goes on to the service, waits for
 * the answer and brings it back.
 */
export async function fly(stage: HTMLElement, call: Call): Promise<void> {
  const dot = document.createElement('span')
  dot.className = 'dot'
  dot.style.setProperty('--spread', `${((flights++ % 3) - 1) * 4}px`)
  stage.append(dot)
  const move = (from: string, to: string) =>
    dot.animate(
      { transform: [`translateX(${from})`, `translateX(${to})`] },
      { duration: LEG_MS, fill: 'forwards' },
    ).finished

  await move(PAGE, `calc(${GATE} - 6px)`)
  if (call.fate === 'stopped') {
    dot.dataset['fate'] = 'stopped'
    await dot.animate({ translate: ['0 0', '-10px 22px'], opacity: [1, 0] }, DROP_MS).finished
  } else {
    await move(GATE, SERVICE)
    dot.dataset['fate'] = await call.settled
    await move(SERVICE, PAGE)
  }
  dot.remove()
}
