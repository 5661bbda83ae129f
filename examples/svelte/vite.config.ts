import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const proxy = { '/api': process.env.API_URL ?? 'http://localhost:4000' }

export default defineConfig({
  plugins: [svelte()],
  server: { proxy },
  preview: { proxy },
})
