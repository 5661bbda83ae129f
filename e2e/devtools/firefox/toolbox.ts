// These functions run in the window of Firefox, where its own modules can be imported.

interface Toolbox {
  readonly win: Window
  readonly doc: Document
  readonly panelDefinitions: readonly { readonly id: string }[]
  getAdditionalTools(): readonly { readonly id: string }[]
  selectTool(id: string): Promise<void>
}

/** A `<browser>` element: a frame whose document may be in another process. */
interface BrowserElement extends Element {
  readonly messageManager: {
    addMessageListener(name: string, listener: (message: { data: PanelAnswer }) => void): void
    loadFrameScript(url: string, later: boolean): void
  }
  readonly browsingContext: {
    readonly currentWindowGlobal: {
      drawSnapshot(rect: null, scale: number, background: string): Promise<ImageBitmap>
    }
  }
}

/** The result as JSON, or what was thrown. */
interface PanelAnswer {
  readonly json?: string
  readonly error?: string
}

declare const gBrowser: {
  readonly selectedTab: Element
  readonly selectedBrowser: {
    fixupAndLoadURIString(url: string, options: { triggeringPrincipal: object }): void
  }
}
declare const Services: {
  readonly scriptSecurityManager: { getSystemPrincipal(): object }
  readonly prefs: { setStringPref(name: string, value: string): void }
}
declare const ChromeUtils: {
  importESModule(url: string): { require(path: string): { gDevTools: GDevTools } }
}
interface GDevTools {
  showToolboxForTab(tab: Element, options: { toolId: string }): Promise<Toolbox>
}

declare global {
  interface Window {
    fluxgateToolbox?: Toolbox
    fluxgatePanel: () => BrowserElement
  }
}

export async function openToolbox(): Promise<void> {
  if (window.fluxgateToolbox !== undefined) return
  const { require } = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs')
  const { gDevTools } = require('devtools/client/framework/devtools')
  const toolbox = await gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: 'webconsole' })
  toolbox.win.resizeTo(1_300, 900)
  window.fluxgateToolbox = toolbox
  window.fluxgatePanel = () => {
    const panel = [...toolbox.doc.querySelectorAll('iframe')]
      .map((frame) => frame.contentDocument?.querySelector<BrowserElement>('browser'))
      .find((browser) => browser !== null && browser !== undefined)
    if (!panel) throw new Error('The toolbox has no panel of an extension')
    return panel
  }
}

/** Shows the tool whose id contains a text. Waits until the extension has added its own. */
export async function showTool(text: string): Promise<void> {
  const toolbox = window.fluxgateToolbox
  if (toolbox === undefined) throw new Error('The toolbox is closed')
  for (;;) {
    const tools = [...toolbox.panelDefinitions, ...toolbox.getAdditionalTools()]
    const id = tools.map((tool) => tool.id).find((candidate) => candidate.includes(text))
    if (id !== undefined) {
      await toolbox.selectTool(id)
      return
    }
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** Evaluates an expression in the panel, which is in the process of extensions. */
export async function evaluateInPanel(expression: string, timeoutMs: number): Promise<PanelAnswer> {
  const panel = window.fluxgatePanel()
  const name = `fluxgate:${Math.random()}`
  const code = `(async () => JSON.stringify(await (${expression})))()`
  const frameScript = `(async () => {
    try {
      const sandbox = Components.utils.Sandbox(content, { sandboxPrototype: content, wantXrays: false })
      const json = await Components.utils.evalInSandbox(${JSON.stringify(code)}, sandbox)
      sendAsyncMessage('${name}', { json })
    } catch (error) {
      sendAsyncMessage('${name}', { error: String(error) })
    }
  })()`
  return new Promise((resolve) => {
    panel.messageManager.addMessageListener(name, ({ data }) => resolve(data))
    // a document that is replaced meanwhile does not answer
    setTimeout(() => resolve({ error: 'no answer' }), timeoutMs)
    const url = `data:application/javascript;charset=utf-8,${encodeURIComponent(frameScript)}`
    panel.messageManager.loadFrameScript(url, false)
  })
}

/** Begins to load a URL in the tab, without waiting for it. */
export function startLoading(url: string): void {
  const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal()
  gBrowser.selectedBrowser.fixupAndLoadURIString(url, { triggeringPrincipal })
}

export function setTheme(theme: string): void {
  Services.prefs.setStringPref('devtools.theme', theme)
}

/** A picture of the panel as a data URL. */
export async function pictureOfPanel(): Promise<string> {
  const panel = window.fluxgatePanel()
  const picture = await panel.browsingContext.currentWindowGlobal.drawSnapshot(null, 1, 'white')
  const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas')
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error('No canvas')
  canvas.width = picture.width
  canvas.height = picture.height
  canvas.getContext('2d')?.drawImage(picture, 0, 0)
  return canvas.toDataURL('image/png')
}
