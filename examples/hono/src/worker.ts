import { waitUntil } from 'cloudflare:workers'
import { createApp, type Settings } from './app.ts'

let app: ReturnType<typeof createApp> | undefined

export default {
  fetch(request, settings, context) {
    app ??= createApp(settings, waitUntil)
    return app.fetch(request, settings, context)
  },
} satisfies ExportedHandler<Settings>
