import { createApp } from './app.ts'

declare const process: { env: Record<string, string> }

const { CATALOG_URL = '', WEBHOOK_URL = '', PORT = '3000' } = process.env
const app = createApp({ CATALOG_URL, WEBHOOK_URL })

// Bun serves the default export
export default { port: Number(PORT), hostname: '127.0.0.1', fetch: app.fetch }
