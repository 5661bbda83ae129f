/** Waits in real time, with a timer. Only for behaviour that depends on the platform's timers. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
