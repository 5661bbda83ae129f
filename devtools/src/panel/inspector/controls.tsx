import type { WireAction } from '@fluxgate/core/devtools'
import { useRef, useState } from 'react'
import type { CircuitRow } from '../../session/circuit-rows.ts'
import type { CommandStatus } from '../../session/state.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { actionLabels } from '../text/event-text.ts'
import { isLocalAddress } from '../text/local-address.ts'
import { pastNoteId } from './past-note.tsx'

const effects: Readonly<Record<WireAction, string>> = {
  reset: 'Close it with an empty window',
  trip: 'Open it until its retry schedule allows a probe',
  forceOpen: 'Reject every call until the next manual transition',
  metricsOnly: 'Admit every call and report when the rule would open it',
  disable: 'Admit every call and record nothing',
}

const actions = Object.keys(effects) as readonly WireAction[]

/**
 * Buttons for manual transitions. A command stays pending until the page confirms it. Pages that are
 * not local need a confirmation, because real users may be affected.
 */
export function Controls({ row }: { row: CircuitRow }) {
  const session = useSession()
  const { circuit, label, live } = row
  const url = useSelected(({ documents }) => documents.get(circuit.documentKey)?.url ?? '')
  const isFile = useSelected(({ source }) => source === 'file')
  const command = useSelected(({ commands }) => lastOf(commands, row))
  const dialog = useRef<HTMLDialogElement>(null)
  const [unconfirmed, setUnconfirmed] = useState<WireAction>()

  const pending = command?.status === 'pending'
  const isPast = useSelected(({ view }) => view.moment !== undefined)

  if (isFile || !live) return null
  if (!circuit.controls) {
    return <p className="note">This page does not allow changes from the devtools.</p>
  }

  function request(action: WireAction) {
    if (pending || isPast) return
    if (isLocalAddress(url)) {
      session.command(row.key, action)
      return
    }
    setUnconfirmed(action)
    dialog.current?.showModal()
  }

  return (
    <div className="controls">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a border and a layout of its own */}
      <div role="group" aria-label={`Manual transitions of ${label}`} className="button-row">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            className="button"
            title={effects[action]}
            // not `disabled`: a disabled button loses the focus
            aria-disabled={pending || isPast}
            aria-describedby={isPast ? pastNoteId : undefined}
            data-pending={pending && command.action === action}
            onClick={() => request(action)}
          >
            {actionLabels[action]}
          </button>
        ))}
      </div>
      <p className="command-status" role="status" data-status={command?.status}>
        {command && statusText(command)}
      </p>
      <dialog ref={dialog} className="confirm" aria-labelledby="confirm-title">
        <form method="dialog">
          <h2 id="confirm-title">
            {unconfirmed && actionLabels[unconfirmed]} <bdi>{label}</bdi>?
          </h2>
          <p>
            This page is not on your machine: <b>{hostOf(url)}</b>.{' '}
            {unconfirmed && `${effects[unconfirmed]}.`} Real calls of this page will be affected.
          </p>
          <div className="button-row">
            <button type="submit" className="button" value="">
              Cancel
            </button>
            <button
              type="submit"
              className="button primary"
              value="yes"
              onClick={() => unconfirmed && session.command(row.key, unconfirmed)}
            >
              {unconfirmed && actionLabels[unconfirmed]}
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
  const texts: Readonly<Record<CommandStatus['status'], string>> = {
    pending: 'waiting for the page …',
    confirmed: 'done',
    failed: error ?? 'failed',
  }
  return `${actionLabels[action]}: ${texts[status]}`
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || url : url
}
