/** A map in parts. A large Map is rehashed all at once when it grows, which takes longer than a contact may. */
export class ShardedMap<K extends string | number, V> implements ReadonlyMap<K, V> {
  readonly #parts: ReadonlyArray<Map<K, V>> = Array.from({ length: PARTS }, () => new Map<K, V>())

  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.size, 0)
  }
  get(key: K): V | undefined {
    return this.#parts[partOf(key)]!.get(key)
  }
  has(key: K): boolean {
    return this.#parts[partOf(key)]!.has(key)
  }
  set(key: K, value: V): this {
    this.#parts[partOf(key)]!.set(key, value)
    return this
  }
  delete(key: K): boolean {
    return this.#parts[partOf(key)]!.delete(key)
  }
  forEach(run: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) run(value, key, this)
  }
  *entries(): Generator<[K, V], undefined> {
    for (const part of this.#parts) yield* part
    return undefined
  }
  *keys(): Generator<K, undefined> {
    for (const part of this.#parts) yield* part.keys()
    return undefined
  }
  *values(): Generator<V, undefined> {
    for (const part of this.#parts) yield* part.values()
    return undefined
  }
  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries()
  }
}

// ---------------------------------------------------------------------------------------------------------

/** A power of two. */
const PARTS = 64

/** Keys are hashes, or end in one: but for the very last letter, which holds only what was left of its bits. */
const partOf = (key: string | number): number =>
  (typeof key === "number" ? key : key.charCodeAt(key.length - 2) * 31 + key.charCodeAt(key.length - 3)) & (PARTS - 1)
