import { connection } from '../../session/connection.ts'
import { useSelected } from '../context/session-context.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ConnectHint } from './connect-hint.tsx'

/** Why there is nothing to see yet, and what to do. */
export function NoCircuits() {
  const how = useSelected(connection)
  switch (how) {
    case 'absent':
      return (
        <EmptyState title="No circuit on this page is connected">
          <ConnectHint />
        </EmptyState>
      )
    case 'live':
      return (
        <EmptyState title="No circuits yet">
          <p>Fluxgate is on this page. Circuits appear here as soon as the page makes them.</p>
        </EmptyState>
      )
    case 'paused':
      return (
        <EmptyState title="Recording is paused">
          <p>Press the round button in the toolbar to go on.</p>
        </EmptyState>
      )
    case 'failing':
      return (
        <EmptyState title="The page answers, but not as Fluxgate does">
          <p>
            Something else stands in its place, or the page has another version of it. Reload the
            page, and make sure that it and these devtools are of the same version.
          </p>
        </EmptyState>
      )
    case 'file':
      return (
        <EmptyState title="There are no circuits in this file">
          <p>Close it to see the page again.</p>
        </EmptyState>
      )
    case 'waiting':
      return <EmptyState title="Asking the page …" />
  }
}
