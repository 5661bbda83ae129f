module.exports = {
  testMatch: ['**/*.test.ts'],
  transform: { '\\.[jt]s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!@fluxgate/)'],
}
