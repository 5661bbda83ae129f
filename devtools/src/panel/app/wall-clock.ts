/** Unix ms: the panel compares it with the times that a page of the same machine tells. */
export const wallClock = (): number => Date.now()
