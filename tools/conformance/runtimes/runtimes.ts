import { bunRuntime } from './bun-runtime.ts'
import { chromiumRuntime } from './chromium-runtime.ts'
import { denoRuntime } from './deno-runtime.ts'
import { firefoxRuntime } from './firefox-runtime.ts'
import { nodeRuntime } from './node-runtime.ts'
import type { Runtime } from './runtime.ts'
import { webkitRuntime } from './webkit-runtime.ts'
import { workerdRuntime } from './workerd-runtime.ts'

/** Everywhere, in the order of the table. */
export const runtimes: readonly Runtime[] = [
  nodeRuntime(20),
  nodeRuntime(22),
  nodeRuntime(24),
  bunRuntime,
  denoRuntime,
  workerdRuntime,
  chromiumRuntime,
  firefoxRuntime,
  webkitRuntime,
]

/**
 * The runtimes of `--only`: names with commas between them, where `node` is every Node.
 *
 * @throws RangeError for a name that none of them has
 */
export function chosen<T extends { readonly name: string }>(only: string, from: readonly T[]): T[] {
  const names = only.split(',').map((name) => name.trim())
  const isMeant = (runtime: T, name: string) =>
    runtime.name === name || runtime.name.startsWith(`${name} `)
  for (const name of names) {
    if (!from.some((runtime) => isMeant(runtime, name))) {
      const known = from.map((runtime) => runtime.name).join(', ')
      throw new RangeError(`--only: no runtime '${name}', only ${known}`)
    }
  }
  return from.filter((runtime) => names.some((name) => isMeant(runtime, name)))
}
