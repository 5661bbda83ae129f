/** Begins the line with the report, among all that the cases may write. */
export const reportMark = 'fluxgate-report:'
