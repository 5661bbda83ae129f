import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

const proxy = { '/api': process.env.API_URL ?? 'http://localhost:4000' }

export default defineConfig({
  plugins: [solid()],
  server: { proxy },
  preview: { proxy },
})
