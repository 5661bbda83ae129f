import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import workspace from '../../vite.config.ts'

/**
 * The project that families.ts names, cut down to what is quick, as every mutant that lives costs
 * one run of it. What is left out walks long ways, starts processes and servers, watches the
 * memory, or tests what stands on a circuit rather than the circuit.
 */
const quick: Record<string, { include: string[]; exclude: string[] }> = {
  'core:node': {
    include: [
      'src/**/*.test.ts',
      'test/{ramp,field,validation}.test.ts',
      'test/model/model.test.ts',
      'test/faults/{hostile-errors,thenables,unruly-listeners,clock-leaps}.test.ts',
    ],
    exclude: [
      'src/{devtools,fetch}/**',
      'src/**/{memory,reading,circuit-breaker.abort}.node.test.ts',
      'src/listeners/*.test.ts',
    ],
  },
  'listeners:node': { include: ['src/**/*.test.ts'], exclude: [] },
}

const mutated = process.env['FLUXGATE_MUTATED'] ?? ''

/** A mutant that is killed costs the way to the first test that fails, and few escape the model. */
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
        setupFiles: resolve(import.meta.dirname, 'test-setup.ts'),
        // no test here leaves anything behind, and one context for all takes a third of the time
        isolate: false,
      },
    },
  ]
}
