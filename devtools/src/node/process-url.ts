/** What identifies a Node process. */
export interface ProcessInfo {
  readonly pid: number
  /** The path of its main module; absent for a REPL or `--eval`. */
  readonly script?: string | undefined
  /** Set for a production process: the name of its machine. */
  readonly productionHost?: string | undefined
}

/**
 * The address that the panel shows for a process: `node://localhost/orders/server.js?pid=4711`. A
 * production process has the name of its machine instead of `localhost`, so that the panel asks for
 * a confirmation before a command.
 */
export function processUrl({ pid, script = '', productionHost }: ProcessInfo): string {
  const path = script.split(/[\\/]/).slice(-2).map(encodeURIComponent).join('/')
  const host = encodeURIComponent(productionHost ?? 'localhost')
  return `node://${host}/${path.replace(/^\//, '')}?pid=${pid}`.slice(0, 2_000)
}
