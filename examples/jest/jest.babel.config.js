module.exports = {
  transformIgnorePatterns: ['/node_modules/(?!@fluxgate/)'],
}
