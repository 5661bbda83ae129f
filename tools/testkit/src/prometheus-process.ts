import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensurePrometheus } from './prometheus.ts'

/** A series in the result of a query, with its current value. */
export interface Sample {
  labels: Record<string, string>
  value: number
}

interface Rule {
  name: string
  query: string
  health: string
  state: 'inactive' | 'pending' | 'firing'
}

/** A Prometheus server on loopback. */
export class PrometheusProcess {
  readonly #process: ChildProcess
  readonly #url: string

  /** @param target `host:port` whose `/metrics` it scrapes four times a second */
  static async start(
    folder: string,
    target: string,
    rulesFile: string,
  ): Promise<PrometheusProcess> {
    const { prometheus } = ensurePrometheus()
    await mkdir(folder, { recursive: true })
    const config = join(folder, 'prometheus.json')
    // Prometheus reads YAML, which includes JSON
    const settings = {
      global: { scrape_interval: '250ms', evaluation_interval: '250ms' },
      rule_files: [rulesFile],
      scrape_configs: [{ job_name: 'playground', static_configs: [{ targets: [target] }] }],
    }
    await writeFile(config, JSON.stringify(settings))
    const process = spawn(
      prometheus,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const lines: string[] = []
    const url = new Promise<string>((resolve, reject) => {
      createInterface(process.stderr).on('line', (line) => {
        lines.push(line)
        // the two lines come in either order
        const all = lines.join('\n')
        const [, host] = /"Listening on" address=(\S+)/.exec(all) ?? []
        if (host && all.includes('Server is ready to receive web requests')) {
          resolve(`http://${host}`)
        }
      })
      process.once('error', reject)
      process.once('exit', () => reject(new Error(`Prometheus ended:\n${lines.join('\n')}`)))
    })
    return new PrometheusProcess(process, await url)
  }

  private constructor(process: ChildProcess, url: string) {
    this.#process = process
    this.#url = url
  }

  /** @throws Error with the message of Prometheus for an invalid query */
  async query(query: string): Promise<Sample[]> {
    const parameters = new URLSearchParams({ query })
    const { result } = await this.#get<{
      result: { metric: Record<string, string>; value: [number, string] }[]
    }>(`query?${parameters}`)
    return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
  }

  async rules(): Promise<Rule[]> {
    const { groups } = await this.#get<{ groups: { rules: Rule[] }[] }>('rules')
    return groups.flatMap(({ rules }) => rules)
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.kill()
    await exit
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${this.#url}/api/v1/${path}`)
    const { data, error } = await response.json()
    if (error !== undefined) throw new Error(`Prometheus rejected ${path}: ${error}`)
    return data
  }
}
