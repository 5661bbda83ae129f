/// <reference path="../css-text.d.ts" />
import css from './inline.css?inline'

export function adoptInlineStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
