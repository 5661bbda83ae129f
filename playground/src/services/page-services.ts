import { Services } from './services.ts'

/** The services of this page's server. Every view reads and changes the same ones. */
export const services = await Services.open()
