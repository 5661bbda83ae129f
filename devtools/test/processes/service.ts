import cluster from 'node:cluster'
import { CircuitBreaker, cooldown, failureStreak } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { serveDevtools } from '@fluxgate/devtools/node'

/**
 * A service with an open circuit and a closed one, for tests. Prints a line when it is ready, and
 * ends when the test does.
 *
 * Arguments: a name; `--serve` serves the devtools and prints their address, with commands after
 * `--controls`; `--cluster` forks two workers. SIGUSR2 lets it end by itself.
 */
const name = process.argv[2] ?? 'service'

if (process.argv.includes('--cluster') && cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()]
  let ready = 0
  for (const worker of workers) {
    worker.on('message', () => {
      if (++ready === workers.length) {
        print(`ready ${workers.map(({ process: { pid } }) => pid).join(' ')}`)
      }
    })
  }
  endWithParent()
} else {
  const options = { retry: cooldown(60_000), listeners: [devtoolsListener()] }
  const open = new CircuitBreaker({ name: `${name}-open`, tripper: failureStreak(3), ...options })
  const closed = new CircuitBreaker({ name: `${name}-closed`, ...options })
  const fail = () => Promise.reject(new Error('connection refused'))
  const succeed = async () => 'ok'
  for (let call = 0; call < 5; call++) await open.call(fail).catch(() => {})
  const timer = setInterval(() => {
    for (const circuit of [open, closed]) circuit.call(succeed).catch(() => {})
  }, 100)
  process.on('SIGUSR2', () => {
    clearInterval(timer)
    process.disconnect?.()
    process.stdin.destroy()
  })
  if (process.argv.includes('--serve')) {
    const { url } = await serveDevtools({ controls: process.argv.includes('--controls') })
    print(url)
  } else if (cluster.isWorker) process.send?.('ready')
  else print('ready')
  if (!cluster.isWorker) endWithParent()
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The test closes standard input, also when it crashes. */
function endWithParent(): void {
  process.stdin.resume().on('end', () => process.exit())
}
