/**
 * Values by row number, as bytes outside the heap: there are as many rows as contacts, and a garbage collector that has to
 * look at each of them stops the world for longer than a contact may take.
 */

/** The unit of room, so that what was given back fits others. */
const ROOM_BYTES = 32
const CHUNK_ROOMS = 2_048
export const NONE = -1

/** Texts. */
export class Slab {
  readonly #chunks: Array<Buffer> = []
  /** Where each row's text is, in units of room, and its bytes. */
  readonly #places = new Pairs()
  /** Of the chunk that is being filled. */
  #end = 0
  #left = 0
  /** Room given back, by its size. */
  readonly #free = new Map<number, Array<number>>()

  has(row: number): boolean {
    return this.#places.first(row) !== NONE
  }

  get(row: number): string | undefined {
    const at = this.#places.first(row)
    if (at === NONE) return undefined
    const from = (at % CHUNK_ROOMS) * ROOM_BYTES
    return this.#chunks[Math.floor(at / CHUNK_ROOMS)]!.toString("utf8", from, from + this.#places.second(row))
  }

  set(row: number, text: string): void {
    const bytes = Buffer.byteLength(text)
    const room = roomOf(bytes)
    if (this.has(row) && roomOf(this.#places.second(row)) !== room) this.delete(row)
    const at = this.has(row) ? this.#places.first(row) : (this.#free.get(room)?.pop() ?? this.#roomAtEnd(room))
    this.#places.set(row, at, bytes)
    this.#chunks[Math.floor(at / CHUNK_ROOMS)]!.write(text, (at % CHUNK_ROOMS) * ROOM_BYTES)
  }

  delete(row: number): void {
    const at = this.#places.first(row)
    if (at === NONE) return
    const room = roomOf(this.#places.second(row))
    const free = this.#free.get(room)
    if (free === undefined) this.#free.set(room, [at])
    else free.push(at)
    this.#places.set(row, NONE, NONE)
  }

  #roomAtEnd(room: number): number {
    // Longer than a chunk: one of its own.
    if (room > CHUNK_ROOMS) return (this.#chunks.push(Buffer.allocUnsafeSlow(room * ROOM_BYTES)) - 1) * CHUNK_ROOMS
    if (room > this.#left) {
      this.#end = (this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_ROOMS * ROOM_BYTES)) - 1) * CHUNK_ROOMS
      this.#left = CHUNK_ROOMS
    }
    const at = this.#end
    this.#end += room
    this.#left -= room
    return at
  }
}

/** Two whole numbers from 0 a row, side by side, or `NONE`. In chunks: growing moves nothing. */
export class Pairs {
  readonly #chunks: Array<Int32Array> = []

  first(row: number): number {
    return this.#chunks[Math.floor(row / CHUNK_ROWS)]?.[(row % CHUNK_ROWS) * 2] ?? NONE
  }

  second(row: number): number {
    return this.#chunks[Math.floor(row / CHUNK_ROWS)]?.[(row % CHUNK_ROWS) * 2 + 1] ?? NONE
  }

  set(row: number, first: number, second: number): void {
    const chunk = Math.floor(row / CHUNK_ROWS)
    while (chunk >= this.#chunks.length) this.#chunks.push(new Int32Array(CHUNK_ROWS * 2).fill(NONE))
    this.#chunks[chunk]![(row % CHUNK_ROWS) * 2] = first
    this.#chunks[chunk]![(row % CHUNK_ROWS) * 2 + 1] = second
  }
}

// ---------------------------------------------------------------------------------------------------------

const CHUNK_ROWS = 512

const roomOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / ROOM_BYTES))
