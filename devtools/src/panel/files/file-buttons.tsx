import { useContext, useRef } from 'react'
import { circuitRows, stateCounts } from '../../session/circuit-rows.ts'
import { logRows } from '../../session/log-rows.ts'
import { loadSession, saveSession } from '../../session/session-file.ts'
import type { SessionState } from '../../session/state.ts'
import { NowContext, usePresent } from '../context/now-context.tsx'
import { useSession } from '../context/session-context.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { FileWork } from './file-progress.tsx'
import { saveFile } from './save-file.ts'
import { createYieldToMain } from './yield-to-main.ts'

/** In bytes. */
const MAX_FILE_SIZE = 512_000_000

export interface FileButtonsProps {
  /** A file is open: another one can be opened, but this one cannot be exported again. */
  readonly isFile: boolean
  readonly busy: boolean
  readonly onWork: (work: FileWork | undefined) => void
  readonly onOpenFile: (state: SessionState, name: string) => void
  readonly onError: (message: string) => void
}

/** Exports and imports sessions. The work is split into slices, so that the panel stays responsive. */
export function FileButtons({ isFile, busy, onWork, onOpenFile, onError }: FileButtonsProps) {
  const session = useSession()
  const now = useContext(NowContext)
  const present = usePresent(60_000)
  const input = useRef<HTMLInputElement>(null)

  async function save() {
    const state = session.getState()
    // while recording is paused, the session ends at the pause
    const savedAt = state.recording ? now() : present
    const name = `fluxgate-${new Date(savedAt).toISOString().replaceAll(':', '-').replace(/\.\d+/, '')}.json`
    // one blob per chunk: joining all of the text at the end would block the main thread
    const parts: Blob[] = []
    // a part holds about 200 entries
    const progress = () => Math.min(1, (parts.length * 200) / (state.log.length + 1))
    const yieldToMain = createYieldToMain(now, () =>
      onWork({ label: `Writing ${name}`, progress: progress() }),
    )
    for (const part of saveSession(state, savedAt)) {
      if (part !== '') parts.push(new Blob([part]))
      await yieldToMain()
    }
    onWork(undefined)
    saveFile(name, parts)
  }

  async function open(file: File | undefined) {
    if (file === undefined) return
    if (file.size > MAX_FILE_SIZE) {
      onError(`${file.name}: files above 512 MB cannot be opened`)
      return
    }
    let read = 0
    const label = `Reading ${file.name}`
    const yieldToMain = createYieldToMain(now, () => onWork({ label, progress: read / file.size }))
    try {
      const text = textOf(file, (bytes) => {
        read += bytes
      })
      const state = await loadSession(text, yieldToMain)
      // computed here and cached, so that the first rendering of a large file is a shorter task
      for (const prepare of [circuitRows, stateCounts, logRows]) {
        prepare(state)
        await yieldToMain()
      }
      onOpenFile(state, file.name)
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

/** Reads a text file in chunks, without holding all of it in memory. */
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
