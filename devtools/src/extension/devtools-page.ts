import { devtools, hiddenEvent, shownEvent } from './devtools-api.ts'

devtools.panels.create('Fluxgate', 'icons/32.png', 'panel-page.html', (panel) => {
  let panelWindow: Window | undefined
  panel.onShown.addListener((window) => {
    panelWindow = window
    window.dispatchEvent(new Event(shownEvent))
  })
  panel.onHidden.addListener(() => panelWindow?.dispatchEvent(new Event(hiddenEvent)))
})
