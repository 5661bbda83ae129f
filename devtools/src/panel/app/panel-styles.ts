/// <reference path="../../css-text.d.ts" />
import incidents from '../incidents/incidents.css?inline'
import inspector from '../inspector/inspector.css?inline'
import lanes from '../lanes/lanes.css?inline'
import log from '../log/log.css?inline'
import { palettes } from '../theme/palette.ts'
import { paletteRule } from '../theme/palette-rule.ts'
import timeline from '../timeline/timeline.css?inline'
import table from '../timeline/timeline-table.css?inline'
import codeBlock from '../ui/code-block.css?inline'
import mediaQueries from './media-queries.css?inline'
import panel from './panel.css?inline'
import panes from './panes.css?inline'
import summary from './summary.css?inline'
import toolbar from './toolbar.css?inline'

const sheets = [
  panel,
  mediaQueries,
  panes,
  toolbar,
  summary,
  incidents,
  lanes,
  timeline,
  table,
  log,
  inspector,
  codeBlock,
]

/**
 * Adds the panel's styles to a document or a shadow root, and returns a function that removes them.
 * Adopted style sheets are allowed under every content security policy; `<style>` elements are not.
 */
export function adoptPanelStyles(root: Document | ShadowRoot): () => void {
  const sheet = new CSSStyleSheet()
  const themes = [paletteRule('light', palettes.light), paletteRule('dark', palettes.dark)]
  sheet.replaceSync([...themes, ...sheets].join('\n'))
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet)
  }
}
