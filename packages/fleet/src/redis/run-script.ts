import type { RedisConnection } from './redis-connection.ts'

/** A Lua script, with its SHA-1 in hexadecimal. */
export interface Script {
  readonly source: string
  readonly sha: string
}

/** Runs a script by its hash, or by its source when the server does not know the hash. */
export async function runScript(
  connection: RedisConnection,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args]
  const [firstKey = ''] = keys
  try {
    return await connection.send(firstKey, ['EVALSHA', sha, ...rest])
  } catch (error) {
    // the server was restarted, or a node of a cluster runs the script for the first time
    if (!String(error).includes('NOSCRIPT')) throw error
    return connection.send(firstKey, ['EVAL', source, ...rest])
  }
}
