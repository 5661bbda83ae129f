/**
 * The extension's manifest. It declares the page that adds the tab, and requests no permission, host,
 * content script or background worker. The panel reads the page through
 * `devtools.inspectedWindow.eval`, which browsers offer to DevTools pages without a permission.
 */
export function manifest(browser: 'chromium' | 'firefox', version: string): object {
  return {
    manifest_version: 3,
    name: 'Fluxgate',
    version,
    description:
      'Shows every circuit breaker of the page, live, and why it tripped. Needs no permission.',
    icons: Object.fromEntries(iconSizes.map((size) => [size, `icons/${size}.png`])),
    devtools_page: 'devtools-page.html',
    ...(browser === 'chromium' && { minimum_chrome_version: '123' }),
    ...(browser === 'firefox' && {
      browser_specific_settings: {
        gecko: {
          id: 'devtools@fluxgate.dev',
          // the first version, on Android too, that shows the data collection before installation
          strict_min_version: '142.0',
          data_collection_permissions: { required: ['none'] },
        },
      },
    }),
  }
}

export const iconSizes = [16, 32, 48, 128]
