import { connection } from '../../session/connection.ts'
import { useSelected } from '../context/session-context.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ConnectHint } from './connect-hint.tsx'

/** Shown instead of the panes while the session has no circuits. */
export function NoCircuits() {
  const status = useSelected(connection)
  switch (status) {
    case 'absent':
      return (
        <EmptyState title="No circuit on this page is connected">
          <ConnectHint />
        </EmptyState>
      )
    case 'live':
      return (
        <EmptyState title="No circuits yet">
          <p>Fluxgate is on this page. Circuits appear here when the page creates them.</p>
        </EmptyState>
      )
    case 'paused':
      return (
        <EmptyState title="Recording is paused">
          <p>Press the round button in the toolbar to resume.</p>
        </EmptyState>
      )
    case 'failing':
      return (
        <EmptyState title="The panel cannot read the data of this page">
          <p>
            The page may use another version of Fluxgate. Use the same version of both, then reload
            the page.
          </p>
        </EmptyState>
      )
    case 'unresponsive':
      return (
        <EmptyState title="The page does not answer">
          <p>It may be loading, or paused by the debugger. The panel tries again by itself.</p>
        </EmptyState>
      )
    case 'file':
      return (
        <EmptyState title="This file contains no circuits">
          <p>Close the file to return to the page.</p>
        </EmptyState>
      )
    case 'waiting':
      return <EmptyState title="Connecting to the page …" />
  }
}
