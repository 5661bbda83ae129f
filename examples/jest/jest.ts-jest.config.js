const { createJsWithTsPreset } = require('ts-jest')

module.exports = {
  ...createJsWithTsPreset({
    tsconfig: { module: 'commonjs', moduleResolution: 'node10', allowJs: true },
  }),
  transformIgnorePatterns: ['/node_modules/(?!@fluxgate/)'],
}
