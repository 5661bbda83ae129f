import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, test } from 'vitest'

test('the project runs with the React version in its name', ({ task }) => {
  const major = task.file.projectName?.startsWith('react@18') ? '18.' : '19.'
  expect([version.slice(0, 3), domVersion.slice(0, 3)]).toEqual([major, major])
})
