import type { InspectedWindow } from '../transports/inspected-window.ts'

/** The used part of `chrome.devtools`. Firefox offers it under the same name. */
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

interface ExtensionWindow {
  readonly chrome?: { readonly devtools?: DevtoolsApi }
}

declare const chrome: { readonly devtools: DevtoolsApi }

export const { devtools } = chrome

/** The API of another page of the extension. */
export const devtoolsOf = (page: (Window & ExtensionWindow) | null): DevtoolsApi | undefined =>
  page?.chrome?.devtools

/** Events that the devtools page dispatches on the panel's window when the tab is shown or hidden. */
export const shownEvent = 'fluxgate-shown'
export const hiddenEvent = 'fluxgate-hidden'
