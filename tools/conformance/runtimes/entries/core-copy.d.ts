/** A second installation of the core, under another name. */
declare module '@fluxgate/core-copy' {
  export * from '@fluxgate/core'
}
