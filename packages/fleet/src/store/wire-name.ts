/** Longer names are cut, because a name is part of each key and message. In UTF-16 units. */
const MAX_LENGTH = 500
const KEPT_LENGTH = 400

/**
 * The name of a circuit in the store. A long name is cut, and the hash of the whole name is appended. A
 * lone surrogate is replaced in the same way, because it has no UTF-8 encoding.
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
