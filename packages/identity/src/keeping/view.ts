/** What is kept under the numbers of keys, as a map from the keys. */
import type { Texts } from "./texts.ts"

export class View<V> implements ReadonlyMap<string, V> {
  readonly #keys: Texts
  readonly #of: (number: number) => V | undefined

  constructor(keys: Texts, of: (number: number) => V | undefined) {
    this.#keys = keys
    this.#of = of
  }

  /** Counts them all. */
  get size(): number {
    let size = 0
    for (const _ of this) size++
    return size
  }
  get(key: string): V | undefined {
    const number = this.#keys.numberOf(key)
    return number === undefined ? undefined : this.#of(number)
  }
  has(key: string): boolean {
    return this.get(key) !== undefined
  }
  forEach(run: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this) run(value, key, this)
  }
  *entries(): Generator<[string, V], undefined> {
    for (let number = 0; number < this.#keys.count; number++) {
      const value = this.#of(number)
      if (value !== undefined) yield [this.#keys.text(number), value]
    }
    return undefined
  }
  *keys(): Generator<string, undefined> {
    for (const [key] of this) yield key
    return undefined
  }
  *values(): Generator<V, undefined> {
    for (const [, value] of this) yield value
    return undefined
  }
  [Symbol.iterator](): Generator<[string, V], undefined> {
    return this.entries()
  }
}
