// Jest's default transform, with the presets of a Babel configuration
module.exports = {
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.[jt]s$': [
      'babel-jest',
      {
        presets: [
          ['@babel/preset-env', { targets: { node: 'current' } }],
          '@babel/preset-typescript',
        ],
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@fluxgate/)'],
}
