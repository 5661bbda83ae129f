import { bunRuntime } from './bun-runtime.ts'
import { chromiumRuntime } from './chromium-runtime.ts'
import { denoRuntime } from './deno-runtime.ts'
import { firefoxRuntime } from './firefox-runtime.ts'
import { nodeRuntime } from './node-runtime.ts'
import type { Runtime } from './runtime.ts'
import { webkitRuntime } from './webkit-runtime.ts'
import { workerdRuntime } from './workerd-runtime.ts'

/** All runtimes, in the order of the table. */
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
 * The runtimes of `--only`: names separated by commas. `node` selects every version of Node.
 *
 * @throws RangeError for an unknown name
 */
export function selectRuntimes<T extends { readonly name: string }>(
  only: string,
  from: readonly T[],
): T[] {
  const names = only.split(',').map((name) => name.trim())
  const matches = (runtime: T, name: string) =>
    runtime.name === name || runtime.name.startsWith(`${name} `)
  for (const name of names) {
    if (!from.some((runtime) => matches(runtime, name))) {
      const known = from.map((runtime) => runtime.name).join(', ')
      throw new RangeError(`--only: no runtime '${name}', only ${known}`)
    }
  }
  return from.filter((runtime) => names.some((name) => matches(runtime, name)))
}
