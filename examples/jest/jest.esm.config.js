// Jest's own ES modules: no transform, tests in JavaScript
module.exports = { testMatch: ['**/*.test.mjs'], transform: {} }
