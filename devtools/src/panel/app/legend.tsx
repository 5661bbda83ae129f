import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { allStates } from '../../session/severity.ts'
import { usePalette } from '../theme/palette-context.tsx'
import { stateAppearance } from '../theme/state-appearance.ts'
import { drawMark, MARK_HEIGHT, MARK_WIDTH, type Mark } from '../timeline/draw-mark.ts'
import { StateIcon } from '../ui/icon.tsx'

export const legendId = 'fluxgate-legend'

const marks: readonly (readonly [mark: Mark, meaning: string])[] = [
  ['rejections', 'rejected calls: the higher, the more'],
  ['manual', 'manual transition'],
  ['shadow', 'would have opened (metrics only)'],
  ['lost', 'events of this period were lost'],
  ['reload', 'page reload'],
]

const meanings: Readonly<Record<(typeof allStates)[number], string>> = {
  open: 'calls are rejected',
  forced_open: 'calls are rejected until a manual transition',
  half_open: 'a few calls probe the service',
  metrics_only: 'calls are admitted; the rule is only reported',
  closed: 'calls are admitted',
  disabled: 'calls are admitted and not recorded',
}

/** The meaning of every mark in the timeline. */
export function Legend() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: in a small panel it scrolls, also by keyboard
    <section id={legendId} className="legend" aria-label="Legend" tabIndex={0}>
      <dl>
        {allStates.map((state) => (
          <LegendEntry key={state} mark={state}>
            <StateIcon state={state} />
            <b>{stateAppearance[state].label}</b> {meanings[state]}
          </LegendEntry>
        ))}
        {marks.map(([mark, meaning]) => (
          <LegendEntry key={mark} mark={mark}>
            {meaning}
          </LegendEntry>
        ))}
      </dl>
      <p className="text-muted">
        In the timeline: wheel or ← → moves, Ctrl and wheel or + − zooms, a drag selects a range for
        the log, a click shows that moment, Esc returns to now.
      </p>
    </section>
  )
}

function LegendEntry({ mark, children }: { mark: Mark; children: ReactNode }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const palette = usePalette()

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    element.width = Math.round(MARK_WIDTH * devicePixelRatio)
    element.height = Math.round(MARK_HEIGHT * devicePixelRatio)
    drawMark(context, mark, palette, devicePixelRatio)
  }, [mark, palette])

  return (
    <div>
      <dt>
        <canvas ref={canvas} style={{ width: MARK_WIDTH, height: MARK_HEIGHT }} />
      </dt>
      <dd>{children}</dd>
    </div>
  )
}
