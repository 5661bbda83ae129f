/** The core once more, as the project has it under another name. */
declare module '@fluxgate/core-copy' {
  export * from '@fluxgate/core'
}
