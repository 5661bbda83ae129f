import type { State } from '@fluxgate/core'
import { stateAppearance } from '../theme/state-appearance.ts'

/** SVG paths in a 16 × 16 box, filled by the even-odd rule. */
const icons = {
  record: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  recordOff: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z',
  clear:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM4.1 5.2l1.1-1.1 6.7 6.7-1.1 1.1z',
  export: 'M7.25 9.2V1.5h1.5v7.7l2.4-2.4 1.1 1.1L8 12.1 3.75 7.9l1.1-1.1zM2.5 13h11v1.5h-11z',
  import: 'M7.25 12V4.4l-2.4 2.4-1.1-1.1L8 1.5l4.25 4.2-1.1 1.1-2.4-2.4V12zM2.5 13h11v1.5h-11z',
  close:
    'M3.5 4.6 4.6 3.5 8 6.9l3.4-3.4 1.1 1.1L9.1 8l3.4 3.4-1.1 1.1L8 9.1l-3.4 3.4-1.1-1.1L6.9 8z',
  table: 'M2 3h12v10H2zM3.5 6.5V8H7V6.5zM8.5 6.5V8h4V6.5zM3.5 9.5v2H7v-2zM8.5 9.5v2h4v-2z',
  fit: 'M1.5 3H3v10H1.5zM13 3h1.5v10H13zM5.6 5 6.6 6 5.4 7.25h5.2L9.4 6l1-1L13.4 8l-3 3-1-1 1.2-1.25H5.4L6.6 10l-1 1-3-3z',
  follow: 'M2 3.5 8.5 8 2 12.5zM9.5 3.5H11v9H9.5zM12.5 3.5H14v9h-1.5z',
  copy: 'M5 1.5h8.5v10H5zM6.5 3v7H12V3zM2.5 4.5H4V13h6.5v1.5h-8z',
  met: 'M6.3 12.4 2.4 8.5l1.1-1.1 2.8 2.8 6.2-6.2 1.1 1.1z',
  notMet: 'M3 7.25h10v1.5H3z',
  command: 'M3.6 3 9 8l-5.4 5-1-1.1L6.8 8 2.6 4.1zM8.5 11.5H14V13H8.5z',
  added: 'M7.25 3h1.5v4.25H13v1.5H8.75V13h-1.5V8.75H3v-1.5h4.25z',
  manual: 'M4 1.5h1.5v13H4zM5.5 2H13l-2 3 2 3H5.5z',
} as const

export type IconName = keyof typeof icons

export function Icon({ name }: { name: IconName }) {
  return <Glyph path={icons[name]} />
}

/** @param named gives the icon an accessible name; leave it out beside the label of the state */
export function StateIcon({ state, named = false }: { state: State; named?: boolean }) {
  const { icon, label } = stateAppearance[state]
  return (
    <span className="state-icon" data-state={state}>
      <Glyph path={icon} {...(named && { title: label })} />
    </span>
  )
}

function Glyph({ path, title }: { path: string; title?: string }) {
  return title === undefined ? (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path fill="currentColor" fillRule="evenodd" d={path} />
    </svg>
  ) : (
    <svg viewBox="0 0 16 16" width="16" height="16" role="img" aria-label={title}>
      <path fill="currentColor" fillRule="evenodd" d={path} />
    </svg>
  )
}
