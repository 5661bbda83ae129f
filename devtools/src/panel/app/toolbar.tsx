import type { ReactNode } from 'react'
import { answeringFrames, type Connection, connection, losses } from '../../session/connection.ts'
import { changeSetting } from '../context/panel-settings.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { FileButtons, type FileButtonsProps } from '../files/file-buttons.tsx'
import { count } from '../text/measure-text.ts'
import { IconButton } from '../ui/icon-button.tsx'

export interface ToolbarProps {
  readonly asTable: boolean
  readonly onAsTable: (asTable: boolean) => void
  readonly onShowAll: () => void
  readonly following: boolean
  readonly onFollow: () => void
  readonly files: Omit<FileButtonsProps, 'isFile'>
  /** The opened file; `close` returns to the page. */
  readonly file: { readonly name: string; readonly close: () => void } | undefined
  readonly onClose: (() => void) | undefined
}

export function Toolbar(props: ToolbarProps) {
  const { asTable, onAsTable, onShowAll, following, onFollow, files, file, onClose } = props
  const session = useSession()
  const recording = useSelected((state) => state.recording)
  const preserveLog = useSelected((state) => state.preserveLog)

  return (
    <header className="toolbar">
      {file === undefined && (
        <>
          <IconButton
            icon={recording ? 'record' : 'recordOff'}
            label={recording ? 'Pause recording' : 'Record'}
            pressed={recording}
            className="record"
            onClick={() => session.record(!recording)}
          />
          <IconButton
            icon="clear"
            label="Clear"
            keys="Control+K Meta+K"
            onClick={() => session.dispatch({ type: 'clear' })}
          />
          <Divider />
          <label className="check">
            <input
              type="checkbox"
              checked={preserveLog}
              onChange={({ target: { checked } }) => {
                session.dispatch({ type: 'preserve-log', on: checked })
                changeSetting('preserveLog', checked)
              }}
            />
            Preserve log
          </label>
          <Divider />
        </>
      )}
      <FileButtons {...files} isFile={file !== undefined} />
      <Divider />
      <FrameFilter />
      <IconButton icon="fit" label="Show everything" onClick={onShowAll} />
      <IconButton icon="follow" label="Follow the present" pressed={following} onClick={onFollow} />
      <IconButton
        icon="table"
        label="Timeline as a table"
        pressed={asTable}
        onClick={() => onAsTable(!asTable)}
      />
      <Status file={file} />
      {onClose !== undefined && <IconButton icon="close" label="Close" onClick={onClose} />}
    </header>
  )
}

function FrameFilter() {
  const session = useSession()
  const frames = useSelected(answeringFrames)
  const selected = useSelected(({ view }) => view.frame)
  if (frames.length < 2 && selected === undefined) return null
  return (
    <select
      className="frame-filter"
      aria-label="Frame"
      value={selected ?? ''}
      onChange={({ target: { value } }) =>
        session.dispatch({ type: 'set-view', change: { frame: value === '' ? undefined : value } })
      }
    >
      <option value="">All frames</option>
      {frames.map(({ id, url }) => (
        <option key={id} value={id}>
          {id === 'top' ? 'top' : `${url}${id.includes(' ') ? ` (${id.split(' ')[1]})` : ''}`}
        </option>
      ))}
    </select>
  )
}

const statusText: Readonly<Record<Exclude<Connection, 'file'>, string>> = {
  waiting: 'Connecting …',
  live: 'Live',
  paused: 'Paused',
  absent: 'No Fluxgate on this page',
  failing: 'Unreadable data',
  unresponsive: 'No answer',
}

function Status({ file }: Pick<ToolbarProps, 'file'>) {
  const status = useSelected(connection)
  const { dropped, invalid, evicted } = useSelected(losses)
  return (
    <div className="status">
      {dropped > 0 && (
        <Loss title="Overwritten in the page's buffer before the panel read them">
          {count(dropped)} dropped
        </Loss>
      )}
      {invalid > 0 && (
        <Loss title="Ignored values that are not Fluxgate events">{count(invalid)} invalid</Loss>
      )}
      {evicted > 0 && (
        <Loss title="Removed by the panel to limit its memory use">{count(evicted)} evicted</Loss>
      )}
      {file !== undefined ? (
        <span className="connection" data-connection="file">
          <span className="file-name">{file.name}</span>, read-only
          <IconButton icon="close" label="Close the file" onClick={file.close} />
        </span>
      ) : (
        status !== 'file' && (
          <span className="connection" role="status" data-connection={status}>
            {statusText[status]}
          </span>
        )
      )}
    </div>
  )
}

function Loss({ title, children }: { title: string; children: ReactNode }) {
  return (
    <span className="loss" title={title}>
      {children}
    </span>
  )
}

function Divider() {
  return <span className="divider" />
}
