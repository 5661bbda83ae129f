import type { MetricsTaken } from '@fluxgate/core/devtools'
import { useLayoutEffect, useRef } from 'react'
import { metricsAt } from '../../session/moment.ts'
import type { SortedList } from '../../session/sorted-list.ts'
import { usePresent } from '../context/now-context.tsx'
import { useSelected } from '../context/session-context.tsx'
import { measure } from '../text/measure-text.ts'
import { usePalette } from '../theme/palette-context.tsx'
import { pointerIn, spanOf } from '../timeline/timeline-view.ts'
import { useTimelineView } from '../timeline/view-context.tsx'
import { useElementSize } from '../ui/use-element-size.ts'
import type { ChartSeries } from './chart-series.ts'
import { drawChart } from './draw-chart.ts'

/** A line chart of one metric. It shares the time range and the cursor of the timeline. */
export function Chart({
  series,
  samples,
}: {
  series: ChartSeries
  samples: SortedList<MetricsTaken>
}) {
  const { label, unit, value, threshold } = series
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = useElementSize(box)
  const palette = usePalette()
  const view = useTimelineView()
  const present = usePresent(250)
  const moment = useSelected((state) => state.view.moment)
  const { from, to } = spanOf(view, present)
  const cursor = pointerIn(view, { from, to }) ?? moment
  const shown = cursor === undefined ? samples.at(-1) : metricsAt(samples, cursor)
  const number = shown && value(shown)
  const text = number === undefined ? '–' : measure(number, unit)
  const limit = threshold === undefined ? undefined : measure(threshold, unit)

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || width === 0) return
    element.width = Math.round(width * devicePixelRatio)
    element.height = Math.round(height * devicePixelRatio)
    drawChart(context, {
      samples,
      series,
      view: { from, to },
      width,
      height,
      scale: devicePixelRatio,
      palette,
      cursor,
    })
  }, [samples, series, from, to, width, height, palette, cursor])

  return (
    <figure className="chart">
      <figcaption>
        <span>{label}</span>
        <b className="number">{text}</b>
        {limit !== undefined && <span className="text-muted">threshold {limit}</span>}
      </figcaption>
      <div ref={box} className="chart-box">
        <canvas
          ref={canvas}
          style={{ width, height }}
          role="img"
          aria-label={`${label}: ${text}${limit === undefined ? '' : `, threshold ${limit}`}`}
        />
      </div>
    </figure>
  )
}
