import './watched.ts'
import { createRoot } from 'react-dom/client'
import { Status } from './status.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(<Status />)
