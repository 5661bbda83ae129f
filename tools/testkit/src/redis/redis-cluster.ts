import { freePort, RedisServer } from './redis-server.ts'

const NODES = 3
const SLOTS = 16_384
const READY_MS = 20_000

/** A Redis Cluster of three servers on loopback. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[]

  /** Resolves when all nodes know all slots. */
  static async start(): Promise<RedisCluster> {
    const nodes = await Promise.all(Array.from({ length: NODES }, () => startNode()))
    const cluster = new RedisCluster(nodes)
    try {
      await Promise.all(nodes.map((node, i) => node.command(...slotsOf(i))))
      const [first, ...others] = nodes
      for (const node of others) {
        const bus = String(await busPort(node))
        await first?.command('CLUSTER', 'MEET', '127.0.0.1', String(node.port), bus)
      }
      await cluster.#ready()
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()))
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + READY_MS
    for (;;) {
      const infos = await Promise.all(this.nodes.map((node) => node.command('CLUSTER', 'INFO')))
      if (infos.every(isComplete)) return
      if (performance.now() > deadline) throw new Error(`the cluster is not ready:\n${infos[0]}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

const isComplete = (info: string) =>
  info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`)

async function startNode(): Promise<RedisServer> {
  // the default, 10,000 above the port, may be no port
  const bus = await freePort()
  return RedisServer.start({
    settings: ['--cluster-enabled', 'yes', '--cluster-port', String(bus)],
  })
}

async function busPort(node: RedisServer): Promise<number> {
  const [, port] = (await node.command('CONFIG', 'GET', 'cluster-port')).split('\n')
  return Number(port)
}

function slotsOf(index: number): string[] {
  const slot = (i: number) => Math.floor((i * SLOTS) / NODES)
  return ['CLUSTER', 'ADDSLOTSRANGE', String(slot(index)), String(slot(index + 1) - 1)]
}
