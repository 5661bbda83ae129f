/** The prefix of the report's line in the output. */
export const reportMark = 'fluxgate-report:'
