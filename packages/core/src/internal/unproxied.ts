/**
 * A class whose objects state libraries store as they are. Their proxies cannot read private fields.
 *
 * Both members are on the prototype, so that subclasses with fields work too.
 */
export abstract class Unproxied {
  /** @internal Vue does not make such an object reactive. */
  get __v_skip(): true {
    return true
  }

  /** @internal Valtio makes no proxy of an object that has this property. Undefined: not iterable. */
  get [Symbol.iterator](): undefined {
    return undefined
  }
}
