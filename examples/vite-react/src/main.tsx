import { FluxgateDevtools } from '@fluxgate/devtools'
import { CircuitProvider } from '@fluxgate/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { Catalog } from './catalog'
import { circuits } from './circuits'

const queries = new QueryClient()

createRoot(document.querySelector('#root') as Element).render(
  <QueryClientProvider client={queries}>
    <CircuitProvider registry={circuits}>
      <Catalog />
      {import.meta.env.DEV && <FluxgateDevtools />}
    </CircuitProvider>
  </QueryClientProvider>,
)
