/** Waits for 20 rounds of microtasks: enough for every promise chain in these packages. */
export async function microtasks(): Promise<void> {
  for (let round = 0; round < 20; round++) await undefined
}
