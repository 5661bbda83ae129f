import { createElement, type ReactElement, version } from 'react'

/**
 * Whether React keeps the place where an error was thrown first. React 18 does not: the component stack of an
 * error that a boundary throws again begins at the boundary.
 */
export const keepsComponentStack = !version.startsWith('18.')

/**
 * For React 18: an element that throws `error` again, with the component stack of the first time.
 *
 * React builds the stack from the names of the rendered components. So this renders one component for
 * each name in the stack.
 *
 * @param boundary the name of the boundary's class, the last component of the stack that is missing
 */
export function rethrow(error: unknown, componentStack: string, boundary: string): ReactElement {
  const frames = componentStack.split('\n').map((line) => line.replace(/^\s*(at |in )?/, ''))
  const own = frames.findIndex((frame) => frame.split(/[ @(]/)[0] === boundary)
  const [first = boundary, ...others] = frames.slice(0, own + 1).filter(Boolean)
  let element = createElement(
    named(first, (props) => {
      // React also calls components without props, to find their place in the source
      if (props !== undefined) throw error
      return null
    }),
  )
  for (const frame of others) {
    const child = element
    element = createElement(named(frame, () => child))
  }
  return element
}

type Named = (props: object | undefined) => ReactElement | null

const named = (displayName: string, component: Named) => Object.assign(component, { displayName })
