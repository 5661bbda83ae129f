import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Runner } from './runner.ts'

/** Runs a candidate in its own process of `node`. */
export async function processRunner(
  node: string,
  file: string,
  subject: string,
  candidate: string,
): Promise<Runner> {
  const child = fork(file, [subject, candidate], { execPath: node, execArgv: [] })
  child.once('exit', (code) => {
    if (code) throw new Error(`${candidate} (${subject}) ended with ${code} in ${node}`)
  })
  await once(child, 'message')
  return {
    name: candidate,
    async run(times) {
      const answer = once(child, 'message')
      child.send(times)
      return Number((await answer)[0])
    },
    end: () => child.kill(),
  }
}
