import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Lane } from './lane.ts'

/** A contender in a process of its own, run by `node`. */
export async function processLane(
  node: string,
  file: string,
  subject: string,
  contender: string,
): Promise<Lane> {
  const child = fork(file, [subject, contender], { execPath: node, execArgv: [] })
  child.once('exit', (code) => {
    if (code) throw new Error(`${contender} (${subject}) ended with ${code} in ${node}`)
  })
  await once(child, 'message')
  return {
    name: contender,
    async run(times) {
      const answer = once(child, 'message')
      child.send(times)
      return Number((await answer)[0])
    },
    end: () => child.kill(),
  }
}
