import type { Call } from './traffic.ts'

const LEG_MS = 450
const DROP_MS = 500

// custom properties of the container, so that animations follow when the page is resized
const PAGE = 'var(--page-x)'
const CIRCUIT = 'var(--circuit-x)'
const SERVICE = 'var(--service-x)'

let animated = 0

/**
 * Animates one call as a dot. It moves to the circuit. A rejected call drops there; an admitted call
 * moves on to the service, and returns when the response arrives.
 */
export async function animateCall(container: HTMLElement, call: Call): Promise<void> {
  const dot = document.createElement('span')
  dot.className = 'dot'
  dot.style.setProperty('--spread', `${((animated++ % 3) - 1) * 4}px`)
  container.append(dot)
  const move = (from: string, to: string) =>
    dot.animate(
      { transform: [`translateX(${from})`, `translateX(${to})`] },
      { duration: LEG_MS, fill: 'forwards' },
    ).finished

  await move(PAGE, `calc(${CIRCUIT} - 6px)`)
  if (call.outcome === 'rejected') {
    dot.dataset['outcome'] = 'rejected'
    await dot.animate({ translate: ['0 0', '-10px 22px'], opacity: [1, 0] }, DROP_MS).finished
  } else {
    await move(CIRCUIT, SERVICE)
    dot.dataset['outcome'] = await call.settled
    await move(SERVICE, PAGE)
  }
  dot.remove()
}
