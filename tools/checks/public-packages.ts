/** The folders of the packages that are published. */
export const publicPackages = [
  'packages/core',
  'packages/listeners',
  'packages/react',
  'devtools',
] as const
