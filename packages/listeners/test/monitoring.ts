import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The files that the package ships for monitoring. */
const folder = resolve(import.meta.dirname, '../monitoring')
export const alertRulesFile = resolve(folder, 'alert-rules.yml')

interface Panel {
  id: number
  title: string
  gridPos: Record<'x' | 'y' | 'w' | 'h', number>
  targets: { refId: string; expr: string; legendFormat: string }[]
  fieldConfig: { defaults: { mappings?: { options: Record<string, { text: string }> }[] } }
}

interface Dashboard {
  panels: Panel[]
  templating: { list: { name: string; type: string; definition?: string }[] }
}

export const dashboard: Dashboard = JSON.parse(
  readFileSync(resolve(folder, 'grafana-dashboard.json'), 'utf8'),
)

/** The queries of the dashboard by panel and letter, with their variables replaced as Grafana does. */
export function dashboardQueries(rateInterval: string, circuit = '.*'): Map<string, string> {
  const queries = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => {
      const filled = expr
        .replaceAll('$__rate_interval', rateInterval)
        .replaceAll('$circuit', circuit)
      return [`${title} ${refId}`, filled] as const
    }),
  )
  return new Map(queries)
}
