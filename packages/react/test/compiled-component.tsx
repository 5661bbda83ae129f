import { useCircuit } from '@fluxgate/react'

/** The test compiles this with the React compiler, which memoizes values that it considers constant. */
export function Compiled({ onRender }: { onRender: (state: string | undefined) => void }) {
  const { state, permitted, reset } = useCircuit('payments')
  onRender(state)
  return (
    <button type="button" onClick={reset}>
      {permitted ? 'up' : 'down'}
    </button>
  )
}
