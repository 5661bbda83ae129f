import { connection } from 'next/server'
import { Suspense } from 'react'
import { getItems } from '../lib/circuits'
import { Guarded } from './guarded'
import { Live } from './live'

async function Items() {
  await connection() // renders at each request
  const items = await getItems()
  return <p>From the server: {items.join(', ')}</p>
}

export default function Page() {
  return (
    <main>
      <Guarded>
        <Suspense fallback={<p>…</p>}>
          <Items />
        </Suspense>
      </Guarded>
      <Live />
    </main>
  )
}
