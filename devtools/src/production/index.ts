'use client'

/** The panel also in production builds: for demos, and for pages that only your team can open. */
export {
  type FluxgateDevtoolsProps,
  InlineDevtools as FluxgateDevtools,
} from '../inline/fluxgate-devtools.tsx'
