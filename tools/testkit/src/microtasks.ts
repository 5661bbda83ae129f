/** Lets promises that are settled, and those that hang on them, take their turn. */
export async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined
}
