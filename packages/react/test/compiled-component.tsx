import { useCircuit } from '@fluxgate/react'

/** Compiled by the React compiler in its test, which would freeze what it holds to be constant. */
export function Compiled({ onRender }: { onRender: (state: string) => void }) {
  const { state, permitted, reset } = useCircuit('payments')
  onRender(state)
  return (
    <button type="button" onClick={reset}>
      {permitted ? 'up' : 'down'}
    </button>
  )
}
