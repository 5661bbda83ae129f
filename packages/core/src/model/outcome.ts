/** How a call ended, as its circuit sees it. `ignored` and `aborted` are counted nowhere. */
export type Outcome = 'success' | 'failure' | 'ignored' | 'aborted'
