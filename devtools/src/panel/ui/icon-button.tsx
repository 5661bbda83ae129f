import { Icon, type icons } from './icon.tsx'

export interface IconButtonProps {
  readonly icon: keyof typeof icons
  readonly label: string
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly className?: string
  readonly keys?: string
  readonly onClick: () => void
}

/** A button that shows a picture, and has its name read out and in its tip. */
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
