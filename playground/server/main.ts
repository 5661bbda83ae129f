import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parsePort } from './parse-port.ts'
import { PlaygroundServer } from './playground-server.ts'
import { slackAccount } from './slack-account.ts'

/** `npm start`: serves the playground on 127.0.0.1 until SIGINT or SIGTERM. */
try {
  const folder = resolve(import.meta.dirname, '../dist')
  if (!existsSync(folder)) throw new Error("The page is not built yet: run 'npm run build' first.")
  const port = parsePort(process.env['PORT'])
  const server = new PlaygroundServer(folder, slackAccount(process.env))
  console.log(`The Fluxgate playground is open at ${await server.listen(port)} (Ctrl-C ends it)`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
