export { FluxgateDevtools, type FluxgateDevtoolsProps } from './inline/fluxgate-devtools.tsx'
