/**
 * Rows that were read, kept as long as there is room, with what was changed since and is not written yet. Two generations
 * make room: what was not asked for during a whole one goes.
 */

/** One value for each key; that there is none is known as well. */
export class Shelf<K, V> {
  readonly missing = new Set<K>()
  /** How often something was asked for that is not known. */
  misses = 0
  private young = new Map<K, V | undefined>()
  private old = new Map<K, V | undefined>()
  private readonly changed = new Set<K>()
  private readonly max: number

  constructor(max: number) {
    this.max = max
  }

  knows(key: K): boolean {
    return this.young.has(key) || this.old.has(key)
  }

  /** `undefined` when there is none, or when it is not known; then it is missed. */
  get(key: K): V | undefined {
    const value = this.young.get(key)
    if (value !== undefined || this.young.has(key)) return value
    if (!this.old.has(key)) {
      this.missing.add(key)
      this.misses++
      return undefined
    }
    const former = this.old.get(key)
    this.young.set(key, former)
    return former
  }

  set(key: K, value: V | undefined): void {
    this.young.set(key, value)
    this.changed.add(key)
    this.missing.delete(key)
  }

  /** What was read; what was changed since stands. */
  learn(key: K, value: V | undefined): void {
    if (!this.changed.has(key)) this.young.set(key, value)
  }

  drop(key: K): void {
    this.young.delete(key)
    this.old.delete(key)
  }

  takeMissing(): ReadonlyArray<K> {
    const keys = [...this.missing]
    this.missing.clear()
    return keys
  }

  changes(): ReadonlyArray<readonly [K, V | undefined]> {
    return [...this.changed].map((key) => [key, this.young.get(key)])
  }

  settle(): void {
    this.changed.clear()
    if (this.young.size <= this.max) return
    this.old = this.young
    this.young = new Map()
  }
}

/** Several values for each key, each with a weight. Changes to a key that was not read are kept until it is. */
export class Bags<K, V, W> {
  private readonly known: Shelf<K, Map<V, W>>
  private readonly changed = new Map<K, Map<V, W | undefined>>()

  constructor(max: number) {
    this.known = new Shelf(max)
  }

  get missing(): ReadonlySet<K> {
    return this.known.missing
  }

  get misses(): number {
    return this.known.misses
  }

  get(key: K): ReadonlyMap<V, W> {
    return this.known.get(key) ?? new Map()
  }

  sizeOf(key: K): number {
    return this.known.knows(key) ? this.get(key).size : 0
  }

  set(key: K, value: V, weight: W | undefined): void {
    const changes = this.changed.get(key)
    if (changes === undefined) this.changed.set(key, new Map([[value, weight]]))
    else changes.set(value, weight)
    if (!this.known.knows(key)) return
    const bag = this.known.get(key)
    if (bag !== undefined) put(bag, value, weight)
  }

  knows(key: K): boolean {
    return this.known.knows(key)
  }

  /** The key is new: nothing is kept under it but what was set since. */
  learnNew(key: K): void {
    if (!this.known.knows(key)) this.learn(key, [])
  }

  learn(key: K, entries: Iterable<readonly [V, W]>): void {
    const bag = new Map(entries)
    for (const [value, weight] of this.changed.get(key) ?? []) put(bag, value, weight)
    this.known.learn(key, bag)
  }

  drop(key: K): void {
    this.known.drop(key)
  }

  takeMissing(): ReadonlyArray<K> {
    return this.known.takeMissing()
  }

  changedKeys(): Iterable<K> {
    return this.changed.keys()
  }

  changes(): ReadonlyArray<readonly [K, V, W | undefined]> {
    return [...this.changed].flatMap(([key, values]) =>
      [...values].map(([value, weight]): readonly [K, V, W | undefined] => [key, value, weight])
    )
  }

  settle(): void {
    this.changed.clear()
    this.known.settle()
  }
}

const put = <V, W>(bag: Map<V, W>, value: V, weight: W | undefined): void => {
  if (weight === undefined) bag.delete(value)
  else bag.set(value, weight)
}
