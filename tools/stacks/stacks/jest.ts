import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../stack.ts'

export const jest: Stack = {
  name: 'jest',
  packages: ['jest', 'jest-29', 'ts-jest', '@swc/jest', 'babel-jest'],
  async run(run) {
    await run.scripts('types', 'test:babel', 'test:swc', 'test:ts-jest', 'test:esm', 'test:jest-29')
    await run.test('fails without transformIgnorePatterns, as the documentation says', async () => {
      const config = `module.exports = { ...require('./jest.swc.config.js'), transformIgnorePatterns: ['/node_modules/'] }`
      writeFileSync(join(run.folder, 'without.config.js'), config)
      const jestProgram = join('node_modules', 'jest', 'bin', 'jest.js')
      await assert.rejects(run.exec('node', [jestProgram, '--config', 'without.config.js']))
    })
  },
}
