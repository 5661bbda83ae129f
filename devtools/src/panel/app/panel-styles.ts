/// <reference path="../../css-text.d.ts" />
import inspector from '../inspector/inspector.css?inline'
import lanes from '../lanes/lanes.css?inline'
import log from '../log/log.css?inline'
import { type Palette, palettes } from '../theme/palette.ts'
import table from '../timeline/timeline-table.css?inline'
import panel from './panel.css?inline'
import panes from './panes.css?inline'
import toolbar from './toolbar.css?inline'

/**
 * Gives a document or a shadow root the panel's styles. They are adopted, not written as an
 * element: no content security policy stands in their way.
 */
export function adoptPanelStyles(root: Document | ShadowRoot): () => void {
  const sheet = new CSSStyleSheet()
  const themes = [themeRule('light', palettes.light), themeRule('dark', palettes.dark)]
  sheet.replaceSync([...themes, panel, panes, toolbar, lanes, table, log, inspector].join('\n'))
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet)
  }
}

function themeRule(name: string, palette: Palette): string {
  const { state, bar, onBar: _, ...plain } = palette
  const variables = [
    ...Object.entries(plain),
    ...Object.entries(state).map(([key, color]) => [`state-${key}`, color]),
    ...Object.entries(bar).map(([key, color]) => [`bar-${key}`, color]),
  ]
  return `[data-theme=${name}]{color-scheme:${name};${variables
    .map(([key, color]) => `--${key}:${color};`)
    .join('')}}`
}
