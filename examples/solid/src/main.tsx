import { isCallNotPermitted } from '@fluxgate/core'
import { createEffect, createMemo, createSignal, For, Show } from 'solid-js'
import { render } from 'solid-js/web'
import { catalog, getItems } from './catalog'
import { createCircuit } from './create-circuit'

function Catalog() {
  const circuit = createCircuit(catalog)
  const permitted = createMemo(() => circuit().permitted)
  const [items, setItems] = createSignal<string[]>([])

  async function load() {
    try {
      setItems(await getItems())
    } catch (error) {
      if (!isCallNotPermitted(error)) console.warn(error)
    }
  }

  // at the start, and when the retry time has come: the next call is the probe
  createEffect(() => {
    if (permitted()) void load()
  })

  return (
    <main>
      <Show when={!permitted()}>
        <p role="status">The catalog is unavailable.</p>
      </Show>
      <p>{circuit().state}</p>
      <ul>
        <For each={items()}>{(item) => <li>{item}</li>}</For>
      </ul>
      <button type="button" onClick={load}>
        Reload
      </button>
    </main>
  )
}

render(() => <Catalog />, document.querySelector('#root') as Element)
