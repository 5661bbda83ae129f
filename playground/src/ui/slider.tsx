import './slider.css'

interface SliderProps {
  label: string
  /** The object that it changes, for screen readers. */
  of?: string
  value: number
  max: number
  step?: number
  unit: string
  onChange(value: number): void
}

export function Slider({ label, of, value, max, step = 1, unit, onChange }: SliderProps) {
  return (
    <label className="slider">
      <span>
        {label}
        {of && <span className="visually-hidden"> {of}</span>}
      </span>
      <input
        type="range"
        min={0}
        max={max}
        step={step}
        value={value}
        aria-valuetext={`${value} ${unit}`}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <output>
        {value} {unit}
      </output>
    </label>
  )
}
