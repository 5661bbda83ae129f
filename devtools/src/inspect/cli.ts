#!/usr/bin/env node
import { parseArguments, usage } from './arguments.ts'
import { inspect } from './inspect.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const parsed = parseArguments(process.argv.slice(2))
  if (parsed === 'help') print(usage)
  else {
    const { url, close } = await inspect(parsed, print)
    print(`\nOpen ${url}\nPress Ctrl-C to stop.`)
    const stop = () => void close().finally(() => process.exit())
    process.once('SIGINT', stop).once('SIGTERM', stop)
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  process.exitCode = 1
}
