module.exports = {
  testMatch: ['**/*.esm.mjs'],
  transform: {},
}
