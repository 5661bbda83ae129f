/**
 * Shows the host in the top layer: above fullscreen elements and modal dialogs, and unaffected by
 * transforms of the page. A modal dialog or a fullscreen element makes everything outside of it inert,
 * so the host moves into it while it is open. Returns a function that stops it. Without the popover API
 * it does nothing.
 */
export function keepInTopLayer(host: HTMLElement): () => void {
  if (typeof host.showPopover !== 'function') return () => {}
  host.popover = 'manual'

  function raise(): void {
    const parent = openDialog() ?? fullscreenContainer() ?? document.documentElement
    const focused = host.shadowRoot?.activeElement
    // removes it from the top layer at once; hiding it would keep its place until the next frame
    parent.append(host)
    host.showPopover()
    if (focused instanceof HTMLElement) focused.focus()
    // a page can remove an open dialog, and the host with it
    removals.disconnect()
    if (parent !== document.documentElement) {
      removals.observe(document, { childList: true, subtree: true })
    }
  }

  const opened = new MutationObserver((records) => {
    if (records.some(({ target }) => target instanceof HTMLDialogElement)) raise()
  })
  const removals = new MutationObserver(() => {
    if (!host.isConnected) raise()
  })
  opened.observe(document, { attributes: true, attributeFilter: ['open'], subtree: true })
  document.addEventListener('fullscreenchange', raise)
  raise()
  return () => {
    opened.disconnect()
    removals.disconnect()
    document.removeEventListener('fullscreenchange', raise)
  }
}

/** The fullscreen element, unless it shows no children, such as a video. */
function fullscreenContainer(): Element | undefined {
  const element = document.fullscreenElement
  return element?.matches('video, iframe, img, canvas, object, embed')
    ? undefined
    : (element ?? undefined)
}

/** The modal dialog of the page that is open; the last one in the document if there are several. */
function openDialog(): Element | undefined {
  return [...document.querySelectorAll('dialog:modal')].at(-1)
}
