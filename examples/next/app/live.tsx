'use client'

import { CircuitRegistry, failureStreak, isCallNotPermitted } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { CircuitProvider, useCircuit } from '@fluxgate/react'
import { useState } from 'react'

const circuits = new CircuitRegistry({ defaults: { tripper: failureStreak(2) } })
circuits.define('api')
const guardedFetch = createFetch({ registry: circuits, key: () => 'api' })

export function Live() {
  return (
    <CircuitProvider registry={circuits}>
      <Reload />
    </CircuitProvider>
  )
}

function Reload() {
  const { state } = useCircuit('api')
  const [text, setText] = useState('')

  async function reload() {
    try {
      const response = await guardedFetch('/api/items')
      setText(response.ok ? (await response.json()).join(', ') : `status ${response.status}`)
    } catch (error) {
      setText(isCallNotPermitted(error) ? 'not now' : 'no connection')
    }
  }

  return (
    <section>
      <button type="button" onClick={reload}>
        Reload
      </button>
      <output>
        {text} ({state})
      </output>
    </section>
  )
}
