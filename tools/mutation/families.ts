/** Files that are mutated in one go, with the tests of one project. */
export interface Family {
  readonly name: string
  /** Of vite.config.ts; vitest.config.ts beside this file says which of its tests are quick. */
  readonly project: 'core:node' | 'listeners:node'
  /** From the root of the repository; `!` leaves a file out. */
  readonly files: readonly string[]
  /** The run fails when a smaller part of the mutants is detected, in percent. */
  readonly leastScore?: number
}

const core = 'packages/core/src'
const listeners = 'packages/listeners/src'

export const families: readonly Family[] = [
  {
    name: 'machine',
    project: 'core:node',
    files: [`${core}/engine/machine.ts`],
    leastScore: 90,
  },
  {
    name: 'windows',
    project: 'core:node',
    files: [`${core}/windows/{count-window,time-window}.ts`, `${core}/windows/window-counts.ts`],
    leastScore: 90,
  },
  {
    name: 'rules',
    project: 'core:node',
    files: [`${core}/policies/{rule,trippers}.ts`, `${core}/model/rule-report.ts`],
    leastScore: 90,
  },
  {
    name: 'policies',
    project: 'core:node',
    files: [`${core}/policies/{retries,permits,trackers}.ts`],
  },
  { name: 'queue', project: 'core:node', files: [`${core}/listeners/listener-queue.ts`] },
  { name: 'circuit', project: 'core:node', files: [`${core}/engine/circuit-controller.ts`] },
  {
    name: 'prometheus',
    project: 'listeners:node',
    files: [`${listeners}/{circuit-labels,circuit-metrics,prometheus-listener}.ts`],
  },
  {
    name: 'slack',
    project: 'listeners:node',
    files: [`${listeners}/slack-listener.ts`, `${listeners}/slack/{locale,mrkdwn,slack-thread}.ts`],
  },
]
