'use client'

import { type FluxgateDevtoolsProps, InlineDevtools } from './inline/fluxgate-devtools.tsx'

export type { FluxgateDevtoolsProps } from './inline/fluxgate-devtools.tsx'

// Bundlers replace this expression, as for React itself, so that a production build drops the panel.
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/**
 * The devtools panel inside the page. In a production build it renders nothing, and bundlers leave its
 * code out. Import it from `@fluxgate/devtools/production` to have it there too.
 *
 * @example
 * <FluxgateDevtools theme="dark" />
 */
export const FluxgateDevtools: (props: FluxgateDevtoolsProps) => null =
  process.env.NODE_ENV === 'production' ? () => null : InlineDevtools
