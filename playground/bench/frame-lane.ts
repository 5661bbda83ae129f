import type { Lane } from '../../tools/benchmarks/core/lane.ts'

declare global {
  interface Window {
    /** In a frame: does the contender's job so many times, and answers with nanoseconds. */
    runContender?: (times: number) => Promise<number>
  }
}

/** A contender in a frame of its own: its realm is as much its own as this page can make it. */
export async function frameLane(subject: string, contender: string): Promise<Lane> {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = `?${new URLSearchParams({ subject, contender })}`
  document.body.append(frame)
  const run = await ready(frame)
  return { name: contender, run, end: () => frame.remove() }
}

function ready(frame: HTMLIFrameElement): Promise<(times: number) => Promise<number>> {
  return new Promise((resolve, reject) => {
    frame.onload = () => {
      const run = frame.contentWindow?.runContender
      if (run) resolve(run)
      else reject(new Error(`${frame.src} did not make its contender`))
    }
  })
}
