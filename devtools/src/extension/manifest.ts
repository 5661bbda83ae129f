/**
 * The extension's manifest. There is nothing in it but the page that adds the tab: no permission, no
 * host, no content script, no background. Everything the panel knows it asks through
 * `devtools.inspectedWindow.eval`, which the browser gives to the DevTools' own pages only.
 */
export function manifest(browser: 'chromium' | 'firefox', version: string): object {
  return {
    manifest_version: 3,
    name: 'Fluxgate',
    version,
    description: 'Every circuit of the page, live, and why it tripped. Asks for no permission.',
    icons: Object.fromEntries(iconSizes.map((size) => [size, `icons/${size}.png`])),
    devtools_page: 'devtools-page.html',
    ...(browser === 'chromium' && { minimum_chrome_version: '123' }),
    ...(browser === 'firefox' && {
      browser_specific_settings: {
        gecko: {
          id: 'devtools@fluxgate.dev',
          // the first one, on Android too, that shows before it is installed what an extension collects
          strict_min_version: '142.0',
          data_collection_permissions: { required: ['none'] },
        },
      },
    }),
  }
}

export const iconSizes = [16, 32, 48, 128]
