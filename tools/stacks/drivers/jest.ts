import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureNpmProgram, npmPrograms } from '../../conformance/runtimes/npm-program.ts'
import type { Stack } from '../stack.ts'
import type { StackRun } from '../stack-run.ts'

const transforms = ['babel', 'swc', 'ts-jest']

export const jest: Stack = {
  name: 'jest',
  packages: ['jest', 'jest-29', 'ts-jest', '@swc/jest', 'babel-jest'],
  async run(run) {
    await run.scripts(
      'types',
      ...transforms.map((name) => `test:${name}`),
      'test:esm',
      'test:jest-29',
    )
    for (const version of ['node 20', 'node 22', 'node 24'] as const) {
      const node = await ensureNpmProgram(version, npmPrograms[version])
      for (const transform of transforms) {
        await run.test(`${version}: passes with ${transform}`, () =>
          runJest(run, node, `jest.${transform}.config.js`),
        )
      }
    }
    await run.test(
      'node 20: fails without transformIgnorePatterns, as the documentation says',
      async () => {
        const code = `const { transformIgnorePatterns, ...rest } = require('./jest.swc.config.js')
module.exports = rest`
        writeFileSync(join(run.folder, 'without.config.js'), code)
        const node = await ensureNpmProgram('node 20', npmPrograms['node 20'])
        await assert.rejects(
          runJest(run, node, 'without.config.js'),
          /Cannot use import statement outside a module|Must use import to load ES Module/,
        )
      },
    )
  },
}

function runJest(run: StackRun, node: string, config: string): Promise<string> {
  return run.exec(node, [join('node_modules', 'jest', 'bin', 'jest.js'), '--config', config])
}
