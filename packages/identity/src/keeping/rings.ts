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
    return this.#partOf(key).has(key, value)
  }
  /** At most `most` of them. */
  first(key: number, most: number): Array<number> {
    return this.#partOf(key).first(key, most)
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

/** Of a slot: nobody has looked for room there; the key is known, and nothing is under it; one value is, and has no row. */
const NONE = -1
const EMPTIED = -2
const SOLE = -3

/** A slot is four numbers, so that looking at one is one look into memory: both halves of the key, and two more. */
const SLOT = 4
const HIGH = 1
/** The last row of the key's ring. */
const LAST = 2
/** The value, where it is the only one. */
const VALUE = 3

/** A row is a value and the next row of its ring. */
const ROW = 2
const NEXT = 1

/** An open hash table from key to the last row of its ring; the row after the last is the first. */
class Part {
  #slots = slots(2 * ROWS_MIN)
  #used = 0
  #rows = new Int32Array(ROW * ROWS_MIN)
  readonly #weighted: boolean
  #weights: Float64Array<ArrayBuffer>
  #count = 0
  /** Rows that were taken out, to be used again. */
  #free = NONE

  constructor(weighted: boolean) {
    this.#weighted = weighted
    this.#weights = new Float64Array(weighted ? ROWS_MIN : 0)
  }

  add(key: number, value: number, weight: number): void {
    if ((this.#used + 1) * 2 * SLOT > this.#slots.length) this.#growTable()
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === NONE) {
      this.#used++
      this.#slots[slot] = key | 0
      this.#slots[slot + HIGH] = highOf(key)
    }
    if (last === SOLE) this.#slots[slot + LAST] = this.#newRow(this.#slots[slot + VALUE]!, 0, NONE)
    else if (last < 0 && !this.#weighted) {
      this.#slots[slot + LAST] = SOLE
      this.#slots[slot + VALUE] = value
      return
    }
    this.#slots[slot + LAST] = this.#newRow(value, weight, this.#slots[slot + LAST]!)
  }

  remove(key: number, value: number): void {
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === SOLE && this.#slots[slot + VALUE] === value) this.#slots[slot + LAST] = EMPTIED
    if (last < 0) return
    let before = last
    for (;;) {
      const row = this.#rows[before * ROW + NEXT]!
      if (this.#rows[row * ROW] === value) {
        this.#rows[before * ROW + NEXT] = this.#rows[row * ROW + NEXT]!
        if (row === last) this.#slots[slot + LAST] = row === before ? EMPTIED : before
        this.#rows[row * ROW + NEXT] = this.#free
        this.#free = row
        return
      }
      if (row === last) return
      before = row
    }
  }

  // These two are asked some twenty times for each contact: a callback for each value would cost as much as the look-up.
  has(key: number, value: number): boolean {
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === SOLE) return this.#slots[slot + VALUE] === value
    if (last < 0) return false
    for (let row = this.#rows[last * ROW + NEXT]!; ; row = this.#rows[row * ROW + NEXT]!) {
      if (this.#rows[row * ROW] === value) return true
      if (row === last) return false
    }
  }

  first(key: number, most: number): Array<number> {
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === SOLE) return [this.#slots[slot + VALUE]!]
    const found: Array<number> = []
    if (last < 0) return found
    for (let row = this.#rows[last * ROW + NEXT]!; ; row = this.#rows[row * ROW + NEXT]!) {
      if (found.push(this.#rows[row * ROW]!) >= most || row === last) return found
    }
  }

  /** `false`: it is not there. */
  weigh(key: number, value: number, weight: number): boolean {
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === SOLE) return this.#slots[slot + VALUE] === value
    if (last < 0) return false
    for (let row = this.#rows[last * ROW + NEXT]!; ; row = this.#rows[row * ROW + NEXT]!) {
      if (this.#rows[row * ROW] === value) {
        this.#weights[row] = weight
        return true
      }
      if (row === last) return false
    }
  }

  /** Until `see` has seen enough. */
  visit(key: number, see: (value: number, weight: number) => boolean): void {
    const slot = this.#slotOf(key)
    const last = this.#slots[slot + LAST]!
    if (last === SOLE) see(this.#slots[slot + VALUE]!, 0)
    if (last < 0) return
    for (let row = this.#rows[last * ROW + NEXT]!; ; row = this.#rows[row * ROW + NEXT]!) {
      if (!see(this.#rows[row * ROW]!, this.#weighted ? this.#weights[row]! : 0) || row === last) return
    }
  }

  /** Where the key is, or where it can go. */
  #slotOf(key: number): number {
    const mask = this.#slots.length / SLOT - 1
    const [low, high] = [key | 0, highOf(key)]
    // Keys are hashes; their low bits chose the part.
    let slot = Math.floor(key / PARTS) & mask
    for (;;) {
      const at = slot * SLOT
      if (this.#slots[at + LAST] === NONE) return at
      if (this.#slots[at] === low && this.#slots[at + HIGH] === high) return at
      slot = (slot + 1) & mask
    }
  }

  /** A row behind `last`, or alone. */
  #newRow(value: number, weight: number, last: number): number {
    let row = this.#free
    if (row === NONE) {
      row = this.#count++
      if (row * ROW === this.#rows.length) {
        this.#rows = grown(this.#rows, new Int32Array(2 * ROW * row))
        if (this.#weighted) this.#weights = grown(this.#weights, new Float64Array(2 * row))
      }
    } else this.#free = this.#rows[row * ROW + NEXT]!
    this.#rows[row * ROW] = value
    this.#rows[row * ROW + NEXT] = last < 0 ? row : this.#rows[last * ROW + NEXT]!
    if (last >= 0) this.#rows[last * ROW + NEXT] = row
    if (this.#weighted) this.#weights[row] = weight
    return row
  }

  #growTable(): void {
    const old = this.#slots
    this.#slots = slots((2 * old.length) / SLOT)
    this.#used = 0
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at + LAST] === NONE || old[at + LAST] === EMPTIED) continue
      const key = old[at + HIGH]! * 2 ** 32 + (old[at]! >>> 0)
      this.#slots.set(old.subarray(at, at + SLOT), this.#slotOf(key))
      this.#used++
    }
  }
}

const slots = (count: number): Int32Array<ArrayBuffer> => new Int32Array(SLOT * count).fill(NONE)

const highOf = (key: number): number => Math.floor(key / 2 ** 32)

const grown = <A extends Int32Array | Float64Array>(from: A, into: A): A => {
  into.set(from)
  return into
}
