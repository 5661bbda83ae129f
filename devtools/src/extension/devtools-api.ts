import type { InspectedWindow } from '../transports/inspected-window.ts'

/** What is used of `chrome.devtools`; Firefox has it under the same name. */
interface DevtoolsApi {
  readonly inspectedWindow: InspectedWindow
  readonly panels: {
    create(
      title: string,
      icon: string,
      page: string,
      created: (panel: ExtensionPanel) => void,
    ): void
    readonly themeName: string
    /** Chromium. */
    setThemeChangeHandler?(handler: (themeName: string) => void): void
    /** Firefox. */
    readonly onThemeChanged?: { addListener(handler: (themeName: string) => void): void }
  }
}

interface ExtensionPanel {
  readonly onShown: { addListener(handler: (window: Window) => void): void }
  readonly onHidden: { addListener(handler: () => void): void }
}

declare const chrome: { readonly devtools: DevtoolsApi }

export const { devtools } = chrome

/** How the devtools page tells the panel whether it is seen: an event on the panel's window. */
export const shownEvent = 'fluxgate-shown'
export const hiddenEvent = 'fluxgate-hidden'
