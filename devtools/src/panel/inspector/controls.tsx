import type { WireAction } from '@fluxgate/core/devtools'
import { useRef, useState } from 'react'
import type { CircuitRow } from '../../session/circuit-rows.ts'
import type { CommandStatus } from '../../session/state.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { actionWords } from '../text/event-text.ts'
import { isLocalAddress } from '../text/local-address.ts'

const actions: readonly WireAction[] = ['reset', 'trip', 'forceOpen', 'metricsOnly', 'disable']

const effects: Readonly<Record<WireAction, string>> = {
  reset: 'Close it, with an empty window',
  trip: 'Open it; it probes by its own schedule',
  forceOpen: 'Reject every call until it is moved again',
  metricsOnly: 'Let every call through and watch what the rule would do',
  disable: 'Let every call through unwatched',
}

/** Moves a circuit by hand: pending until the page confirms, and asked twice where others may be hit. */
export function Controls({ row }: { row: CircuitRow }) {
  const session = useSession()
  const { circuit, label, live } = row
  const url = useSelected(({ epochs }) => epochs.get(circuit.epochKey)?.url ?? '')
  const isFile = useSelected(({ source }) => source === 'file')
  const command = useSelected(({ commands }) => lastOf(commands, row))
  const dialog = useRef<HTMLDialogElement>(null)
  const [asked, setAsked] = useState<WireAction>()

  const pending = command?.status === 'pending'

  if (isFile || !live) return null
  if (!circuit.controls) return <p className="note">This page does not let the devtools move it.</p>

  function ask(action: WireAction) {
    if (pending) return
    if (isLocalAddress(url)) {
      session.command(row.key, action)
      return
    }
    setAsked(action)
    dialog.current?.showModal()
  }

  return (
    <div className="controls">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and its own layout */}
      <div role="group" aria-label={`Move ${label} by hand`} className="button-row">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            className="button"
            title={effects[action]}
            // not `disabled`, which would take the focus away
            aria-disabled={pending}
            data-pending={pending && command.action === action}
            onClick={() => ask(action)}
          >
            {actionWords[action]}
          </button>
        ))}
      </div>
      <p className="command-status" role="status" data-status={command?.status}>
        {command && statusText(command)}
      </p>
      <dialog ref={dialog} className="confirm" aria-labelledby="confirm-title">
        <form method="dialog">
          <h2 id="confirm-title">
            {asked && actionWords[asked]} {label}?
          </h2>
          <p>
            This page is not on your machine: <b>{hostOf(url)}</b>. {asked && `${effects[asked]}.`}{' '}
            Real calls of this page will be affected.
          </p>
          <div className="button-row">
            <button type="submit" className="button" value="">
              Cancel
            </button>
            <button
              type="submit"
              className="button primary"
              value="yes"
              onClick={() => asked && session.command(row.key, asked)}
            >
              {asked && actionWords[asked]}
            </button>
          </div>
        </form>
      </dialog>
    </div>
  )
}

function lastOf(
  commands: readonly CommandStatus[],
  { key }: CircuitRow,
): CommandStatus | undefined {
  return commands.filter(({ circuitKey }) => circuitKey === key).at(-1)
}

function statusText({ action, status, error }: CommandStatus): string {
  const word = actionWords[action]
  if (status === 'pending') return `${word}: waiting for the page …`
  return status === 'confirmed' ? `${word}: done` : `${word}: ${error ?? 'refused'}`
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || url : url
}
