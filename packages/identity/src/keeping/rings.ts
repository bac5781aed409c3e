/**
 * Numbers under a key, each with a weight, in flat arrays: there are twenty times as many of these as contacts, and a garbage
 * collector that has to look at each of them stops the world for longer than a contact may take. In parts, so that growing,
 * which moves everything, moves little at a time.
 */

/** A power of two. */
const PARTS = 256
const ROWS_MIN = 64

/** Values are whole numbers from 0. Those of one key are in the order in which they were added. */
export class Rings {
  /** Each is made when it is first needed. */
  readonly #parts: Array<Part | undefined> = Array.from({ length: PARTS })
  readonly #weighted: boolean

  /** Without `weighted` all weights are 0. */
  constructor({ weighted = false } = {}) {
    this.#weighted = weighted
  }

  /** The value must not be there. */
  add(key: number, value: number, weight = 0): void {
    this.#partOf(key).add(key, value, weight)
  }
  /** Adds the value, or gives it another weight. */
  set(key: number, value: number, weight: number): void {
    if (!this.#partOf(key).weigh(key, value, weight)) this.add(key, value, weight)
  }
  remove(key: number, value: number): void {
    this.#partOf(key).remove(key, value)
  }
  has(key: number, value: number): boolean {
    return this.#partOf(key).rowOf(key, value) !== undefined
  }
  /** At most `most` of them. */
  first(key: number, most: number): Array<number> {
    const found: Array<number> = []
    this.#partOf(key).visit(key, (value) => found.push(value) < most)
    return found
  }
  /** The first that is meant. */
  find(key: number, isMeant: (value: number) => boolean): number | undefined {
    let found: number | undefined
    this.#partOf(key).visit(key, (value) => {
      if (isMeant(value)) found = value
      return found === undefined
    })
    return found
  }
  forEach(key: number, see: (value: number, weight: number) => void): void {
    this.#partOf(key).visit(key, (value, weight) => {
      see(value, weight)
      return true
    })
  }
  #partOf(key: number): Part {
    return (this.#parts[key & (PARTS - 1)] ??= new Part(this.#weighted))
  }
}

// ---------------------------------------------------------------------------------------------------------

const NONE = -1

/**
 * An open hash table from key to the last row of its ring. Each row has a value and names the next row; the row after the
 * last is the first.
 */
class Part {
  #keys = new Float64Array(2 * ROWS_MIN)
  #last = new Int32Array(2 * ROWS_MIN).fill(NONE)
  #used = 0
  #values = new Int32Array(ROWS_MIN)
  #next = new Int32Array(ROWS_MIN)
  #weights: Float64Array<ArrayBuffer> | undefined
  #rows = 0
  /** Rows that were taken out, to be used again. */
  #free = NONE

  constructor(weighted: boolean) {
    this.#weights = weighted ? new Float64Array(ROWS_MIN) : undefined
  }

  add(key: number, value: number, weight: number): void {
    if ((this.#used + 1) * 2 > this.#keys.length) this.#growTable()
    const slot = this.#slotOf(key)
    const row = this.#newRow(value, weight)
    const last = this.#last[slot]!
    if (last < 0) {
      if (last === NONE) this.#used++
      this.#keys[slot] = key
      this.#next[row] = row
    } else {
      this.#next[row] = this.#next[last]!
      this.#next[last] = row
    }
    this.#last[slot] = row
  }

  remove(key: number, value: number): void {
    const slot = this.#slotOf(key)
    const last = this.#last[slot]!
    if (last < 0) return
    let before = last
    for (;;) {
      const row = this.#next[before]!
      if (this.#values[row] === value) {
        this.#next[before] = this.#next[row]!
        if (row === last) this.#last[slot] = row === before ? EMPTIED : before
        this.#next[row] = this.#free
        this.#free = row
        return
      }
      if (row === last) return
      before = row
    }
  }

  weigh(key: number, value: number, weight: number): boolean {
    const row = this.rowOf(key, value)
    if (row !== undefined && this.#weights !== undefined) this.#weights[row] = weight
    return row !== undefined
  }

  rowOf(key: number, value: number): number | undefined {
    const last = this.#last[this.#slotOf(key)]!
    if (last < 0) return undefined
    for (let row = this.#next[last]!; ; row = this.#next[row]!) {
      if (this.#values[row] === value) return row
      if (row === last) return undefined
    }
  }

  /** Until `see` has seen enough. */
  visit(key: number, see: (value: number, weight: number) => boolean): void {
    const last = this.#last[this.#slotOf(key)]!
    if (last < 0) return
    for (let row = this.#next[last]!; ; row = this.#next[row]!) {
      if (!see(this.#values[row]!, this.#weights?.[row] ?? 0) || row === last) return
    }
  }

  /** Where the key is, or where it can go. */
  #slotOf(key: number): number {
    const mask = this.#keys.length - 1
    // Keys are hashes; their low bits chose the part.
    let slot = Math.floor(key / PARTS) & mask
    while (this.#last[slot] !== NONE && this.#keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  #newRow(value: number, weight: number): number {
    let row = this.#free
    if (row === NONE) {
      row = this.#rows++
      if (row === this.#values.length) {
        this.#values = grown(this.#values, new Int32Array(2 * row))
        this.#next = grown(this.#next, new Int32Array(2 * row))
        this.#weights &&= grown(this.#weights, new Float64Array(2 * row))
      }
    } else this.#free = this.#next[row]!
    this.#values[row] = value
    if (this.#weights !== undefined) this.#weights[row] = weight
    return row
  }

  #growTable(): void {
    const [keys, last] = [this.#keys, this.#last]
    this.#keys = new Float64Array(2 * keys.length)
    this.#last = new Int32Array(2 * keys.length).fill(NONE)
    this.#used = 0
    for (let at = 0; at < keys.length; at++) {
      if (last[at]! < 0) continue
      const slot = this.#slotOf(keys[at]!)
      this.#keys[slot] = keys[at]!
      this.#last[slot] = last[at]!
      this.#used++
    }
  }
}

/** The key is known, and nobody is under it: whoever looks for another key goes on. */
const EMPTIED = -2

const grown = <A extends Int32Array | Float64Array>(from: A, into: A): A => {
  into.set(from)
  return into
}
