import type { Runner } from '../../tools/benchmarks/core/runner.ts'

declare global {
  interface Window {
    /** In a frame: does the candidate's job so many times, and answers with nanoseconds. */
    runCandidate?: (times: number) => Promise<number>
  }
}

/** A candidate in a frame of its own: its realm is as much its own as this page can make it. */
export async function frameLane(subject: string, candidate: string): Promise<Runner> {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = `?${new URLSearchParams({ subject, candidate })}`
  document.body.append(frame)
  const run = await ready(frame)
  return { name: candidate, run, end: () => frame.remove() }
}

function ready(frame: HTMLIFrameElement): Promise<(times: number) => Promise<number>> {
  return new Promise((resolve, reject) => {
    frame.onload = () => {
      const run = frame.contentWindow?.runCandidate
      if (run) resolve(run)
      else reject(new Error(`${frame.src} did not make its candidate`))
    }
  })
}
