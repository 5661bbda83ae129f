/** Tells the requests of this page from those of other tabs and of the backend. */
export const pageId = crypto.randomUUID()
