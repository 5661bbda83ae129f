import { join } from 'node:path'
import type { StackRun } from './stack-run.ts'

export const viteProgram = join('node_modules', 'vite', 'bin', 'vite.js')

/** Starts `vite` or `vite preview`. @returns its URL */
export async function startVite(
  run: StackRun,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const port = await run.freePort()
  const flags = ['--host', '127.0.0.1', '--port', String(port), '--strictPort']
  return (await run.start('node', [viteProgram, ...args, ...flags], { env, port })).url
}
