import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import workspace from '../../vite.config.ts'

/**
 * The quick tests of the projects that families.ts names: each surviving mutant costs one run of them.
 * Left out are long explorations, tests that start processes or servers or measure memory, and tests
 * of the modules built on a circuit. The conformance suite has one test per case, so that a mutant
 * runs only the cases that reach it.
 */
const quick: Record<string, { include: string[]; exclude: string[] }> = {
  'core:node': {
    include: [
      'src/**/*.test.ts',
      'test/conformance.test.ts',
      'test/model/model.test.ts',
      'test/{decorators,dispose,stack-trace-limit}.test.ts',
      'test/environment/{clock-jumps.test,mocked-time.platform.test,other-realm.platform.test}.ts',
    ],
    exclude: [
      'src/{devtools,fetch}/**',
      'src/listeners/log-listener*.test.ts',
      'src/listeners/webhook-listener.node.test.ts',
    ],
  },
  'listeners:node': { include: ['src/**/*.test.ts'], exclude: [] },
}

const mutated = process.env['FLUXGATE_MUTATED'] ?? ''

/** The run of a killed mutant ends with the first failing test, and the model test kills most. */
class ModelFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isModel = ({ moduleId }: TestSpecification) => moduleId.includes('/test/model/')
    return [...files.filter(isModel), ...files.filter((file) => !isModel(file))]
  }
}

export default defineConfig((environment) => ({
  test: {
    projects: (workspace(environment).test?.projects ?? []).flatMap(asQuick),
    sequence: { sequencer: ModelFirst },
  },
}))

type Project = NonNullable<NonNullable<ReturnType<typeof workspace>['test']>['projects']>[number]

function asQuick(project: Project): Project[] {
  if (typeof project !== 'object' || !('test' in project) || !project.test) return []
  const { test } = project
  const files = quick[mutated]
  if (files === undefined || test.name !== mutated) return []
  return [
    {
      ...project,
      test: {
        ...test,
        include: files.include,
        exclude: [...(test.exclude ?? []), ...files.exclude],
        isolate: true,
        setupFiles: resolve(import.meta.dirname, 'test-setup.ts'),
      },
    },
  ]
}
