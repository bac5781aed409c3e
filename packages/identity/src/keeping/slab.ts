/**
 * Values by row number, as bytes outside the heap: there are as many rows as contacts, and a garbage collector that has to
 * look at each of them stops the world for longer than a contact may take.
 */

const CHUNK_BYTES = 65_536
/** Room is given in multiples of this, so that what was given back fits others. */
const ROOM_BYTES = 32
const ROWS_MIN = 64
const NONE = -1

/** Texts. */
export class Slab {
  readonly #chunks: Array<Buffer> = []
  #at = new Float64Array(ROWS_MIN).fill(NONE)
  #bytes = new Int32Array(ROWS_MIN)
  /** Of the chunk that is being filled. */
  #end = 0
  #left = 0
  /** Room given back, by its number of bytes. */
  readonly #free = new Map<number, Array<number>>()

  has(row: number): boolean {
    return (this.#at[row] ?? NONE) !== NONE
  }

  get(row: number): string | undefined {
    const at = this.#at[row] ?? NONE
    if (at === NONE) return undefined
    const from = at % CHUNK_BYTES
    return this.#chunks[Math.floor(at / CHUNK_BYTES)]!.toString("utf8", from, from + this.#bytes[row]!)
  }

  set(row: number, text: string): void {
    const bytes = Buffer.byteLength(text)
    const room = roomOf(bytes)
    if (row >= this.#at.length) {
      this.#at = grown(this.#at, new Float64Array(lengthFor(row)).fill(NONE))
      this.#bytes = grown(this.#bytes, new Int32Array(lengthFor(row)))
    }
    if (this.#at[row] !== NONE && roomOf(this.#bytes[row]!) !== room) this.delete(row)
    if (this.#at[row] === NONE) this.#at[row] = this.#free.get(room)?.pop() ?? this.#roomAtEnd(room)
    this.#bytes[row] = bytes
    const at = this.#at[row]!
    this.#chunks[Math.floor(at / CHUNK_BYTES)]!.write(text, at % CHUNK_BYTES)
  }

  delete(row: number): void {
    const at = this.#at[row] ?? NONE
    if (at === NONE) return
    const room = roomOf(this.#bytes[row]!)
    const free = this.#free.get(room)
    if (free === undefined) this.#free.set(room, [at])
    else free.push(at)
    this.#at[row] = NONE
  }

  #roomAtEnd(room: number): number {
    // Longer than a chunk: one of its own.
    if (room > CHUNK_BYTES) return (this.#chunks.push(Buffer.allocUnsafeSlow(room)) - 1) * CHUNK_BYTES
    if (room > this.#left) {
      this.#end = this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES)) * CHUNK_BYTES - CHUNK_BYTES
      this.#left = CHUNK_BYTES
    }
    const at = this.#end
    this.#end += room
    this.#left -= room
    return at
  }
}

/** Whole numbers from 0. */
export class Column {
  #values = new Int32Array(ROWS_MIN).fill(NONE)

  get(row: number): number | undefined {
    const value = this.#values[row] ?? NONE
    return value === NONE ? undefined : value
  }

  set(row: number, value: number | undefined): void {
    if (row >= this.#values.length) this.#values = grown(this.#values, new Int32Array(lengthFor(row)).fill(NONE))
    this.#values[row] = value ?? NONE
  }
}

// ---------------------------------------------------------------------------------------------------------

const roomOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / ROOM_BYTES)) * ROOM_BYTES

const lengthFor = (row: number): number => 2 ** Math.ceil(Math.log2(row + 1))

const grown = <A extends Int32Array | Float64Array>(from: A, into: A): A => {
  into.set(from)
  return into
}
