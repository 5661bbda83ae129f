/** The longest name that travels as it is, in UTF-16 units: a name is part of each key and message. */
const MAX_LENGTH = 500
const KEPT_LENGTH = 400

/**
 * The name by which a circuit is known to the store. A long one is cut, and gets a hash of the whole. A
 * lone surrogate, which has no UTF-8, is replaced likewise.
 */
export function wireName(name: string): string {
  const text = name.replace(/\p{Surrogate}/gu, '\ufffd')
  if (text === name && name.length <= MAX_LENGTH) return name
  // without half a surrogate pair at the end
  const start = text.slice(0, KEPT_LENGTH).replace(/\p{Surrogate}$/u, '')
  return `${start}#${hash(name, 0x811c9dc5)}${hash(name, 0x1000193)}`
}

/** FNV-1a, 32 bits. */
function hash(text: string, seed: number): string {
  let value = seed
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x1000193)
  }
  return (value >>> 0).toString(36)
}
