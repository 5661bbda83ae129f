const { createJsWithTsPreset } = require('ts-jest')

module.exports = {
  testMatch: ['**/*.test.ts'],
  ...createJsWithTsPreset({
    tsconfig: {
      module: 'commonjs',
      moduleResolution: 'node10',
      allowJs: true,
      isolatedModules: true,
    },
  }),
  transformIgnorePatterns: ['/node_modules/(?!@fluxgate/)'],
}
