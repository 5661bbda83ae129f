import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const proxy = { '/api': process.env.API_URL ?? 'http://localhost:4000' }

export default defineConfig({
  plugins: [vue()],
  server: { proxy },
  preview: { proxy },
})
