/** A behaviour that a peer's own tests state, in our words. */
export interface Scenario<Breaker> {
  readonly title: string
  /** Why Fluxgate behaves differently. The scenario must then fail. */
  readonly differs?: string
  run(create: Breaker): void | Promise<void>
}

/** Whether a scenario passes. */
export async function passes<Breaker>(
  scenario: Scenario<Breaker>,
  create: Breaker,
): Promise<boolean> {
  try {
    await scenario.run(create)
    return true
  } catch {
    return false
  }
}

export function resultsPage(
  peers: readonly { readonly name: string; readonly scenarios: readonly Scenario<never>[] }[],
): string {
  const sections = peers.map(({ name, scenarios }) => {
    const same = scenarios.filter(({ differs }) => differs === undefined).length
    const rows = scenarios.map(
      ({ title, differs = '' }) => `| ${title} | ${differs || 'the same'} |`,
    )
    return [
      `## ${name}\n`,
      `${same} of ${scenarios.length} scenarios pass.\n`,
      '| scenario | Fluxgate |\n|---|---|',
      ...rows,
    ].join('\n')
  })
  const about = `The scenarios of the peers' own breaker tests, in our words. Each one runs against the peer and
against Fluxgate through a thin adapter: \`npm run test:peers\`, which writes this page with \`-- -u\`.`
  return `# Scenarios of the peers\n\n${about}\n\n${sections.join('\n\n')}\n`
}
