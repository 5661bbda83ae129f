import { Icon, type IconName } from './icon.tsx'

export interface IconButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly className?: string
  /** In the format of `aria-keyshortcuts`; the tooltip shows the first. */
  readonly keys?: string
  readonly onClick: () => void
}

/** A button with an icon. Its label is the accessible name and the tooltip. */
export function IconButton(props: IconButtonProps) {
  const { icon, label, pressed, disabled, className = '', keys, onClick } = props
  const key = keys?.split(' ')[0]?.replace('Control', 'Ctrl')
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      title={key === undefined ? label : `${label} (${key})`}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
