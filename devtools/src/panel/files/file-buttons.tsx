import { useContext, useRef } from 'react'
import { loadSession, saveSession } from '../../session/session-file.ts'
import type { SessionState } from '../../session/state.ts'
import { NowContext, usePresent } from '../context/now-context.tsx'
import { useSession } from '../context/session-context.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { FileWork } from './file-progress.tsx'
import { saveFile } from './save-file.ts'
import { breather } from './yield-to-main.ts'

export interface FileButtonsProps {
  /** A file is read already: it can be left for another one, but is not written again. */
  readonly isFile: boolean
  readonly busy: boolean
  readonly onWork: (work: FileWork | undefined) => void
  readonly onOpenFile: (state: SessionState, name: string) => void
  readonly onError: (message: string) => void
}

/** Export and import, a little at a time: the panel stays quick however much there is. */
export function FileButtons({ isFile, busy, onWork, onOpenFile, onError }: FileButtonsProps) {
  const session = useSession()
  const now = useContext(NowContext)
  const present = usePresent(60_000)
  const input = useRef<HTMLInputElement>(null)

  async function save() {
    const state = session.getState()
    // a pause stands still: nothing is known of what came after it
    const savedAt = state.recording ? now() : present
    // with the Z of its zone: the log has times of the reader's clock
    const name = `fluxgate-${new Date(savedAt).toISOString().replaceAll(':', '-').replace(/\.\d+/, '')}.json`
    // blobs at once: all of the text made into one would take its time in the end
    const pieces: Blob[] = []
    // about as many lines as there are entries, in portions
    const share = () => Math.min(1, (pieces.length * 200) / (state.log.length + 1))
    const breathe = breather(now, () => onWork({ what: `Writing ${name}`, share: share() }))
    for (const piece of saveSession(state, savedAt)) {
      pieces.push(new Blob([piece]))
      await breathe()
    }
    onWork(undefined)
    saveFile(name, pieces)
  }

  async function open(file: File | undefined) {
    if (file === undefined) return
    let read = 0
    const what = `Reading ${file.name}`
    const breathe = breather(now, () => onWork({ what, share: read / file.size }))
    try {
      const text = textOf(file, (bytes) => {
        read += bytes
      })
      onOpenFile(await loadSession(text, breathe), file.name)
    } catch (error) {
      onError(`${file.name}: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      onWork(undefined)
    }
  }

  return (
    <>
      {!isFile && (
        <IconButton icon="export" label="Export as JSON" disabled={busy} onClick={save} />
      )}
      <IconButton
        icon="import"
        label="Import JSON"
        disabled={busy}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label="Session file"
        onChange={(event) => {
          const { currentTarget } = event
          void open(currentTarget.files?.[0])
          currentTarget.value = ''
        }}
      />
    </>
  )
}

/** The text of a file in pieces, so that it is nowhere as a whole. */
async function* textOf(file: File, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = file.stream().getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onRead(value.length)
    yield decoder.decode(value, { stream: true })
  }
}
