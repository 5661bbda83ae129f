/** Unix ms. Event times of the page come from the same clock. */
export const wallClock = (): number => Date.now()
