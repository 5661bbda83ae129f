/** The folders of the packages that are published. */
export const publicPackages = [
  'packages/core',
  'packages/listeners',
  'packages/react',
  'packages/fleet',
  'devtools',
] as const
