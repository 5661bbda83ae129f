import { createApp } from './app.ts'

declare const Deno: {
  env: { get(name: string): string | undefined }
  serve(options: { port: number; hostname: string }, handler: (request: Request) => unknown): void
}

const get = (name: string) => Deno.env.get(name) ?? ''
const app = createApp({ CATALOG_URL: get('CATALOG_URL'), WEBHOOK_URL: get('WEBHOOK_URL') })

Deno.serve({ port: Number(get('PORT') || 3000), hostname: '127.0.0.1' }, (request) =>
  app.fetch(request),
)
