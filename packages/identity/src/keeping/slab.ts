/**
 * Values by row number, as bytes outside the heap: there are as many rows as contacts, and a garbage collector that has to
 * look at each of them stops the world for longer than a contact may take.
 */

/** The unit of room, so that what was given back fits others. */
const ROOM_BYTES = 32
const CHUNK_ROOMS = 2_048
const NONE = -1

/** Texts. */
export class Slab {
  readonly #chunks: Array<Buffer> = []
  /** In units of room. */
  readonly #at = new Column()
  readonly #bytes = new Column()
  /** Of the chunk that is being filled. */
  #end = 0
  #left = 0
  /** Room given back, by its size. */
  readonly #free = new Map<number, Array<number>>()

  has(row: number): boolean {
    return this.#at.get(row) !== undefined
  }

  get(row: number): string | undefined {
    const at = this.#at.get(row)
    if (at === undefined) return undefined
    const from = (at % CHUNK_ROOMS) * ROOM_BYTES
    return this.#chunks[Math.floor(at / CHUNK_ROOMS)]!.toString("utf8", from, from + this.#bytes.get(row)!)
  }

  set(row: number, text: string): void {
    const bytes = Buffer.byteLength(text)
    const room = roomOf(bytes)
    if (this.has(row) && roomOf(this.#bytes.get(row)!) !== room) this.delete(row)
    const at = this.#at.get(row) ?? this.#free.get(room)?.pop() ?? this.#roomAtEnd(room)
    this.#at.set(row, at)
    this.#bytes.set(row, bytes)
    this.#chunks[Math.floor(at / CHUNK_ROOMS)]!.write(text, (at % CHUNK_ROOMS) * ROOM_BYTES)
  }

  delete(row: number): void {
    const at = this.#at.get(row)
    if (at === undefined) return
    const room = roomOf(this.#bytes.get(row)!)
    const free = this.#free.get(room)
    if (free === undefined) this.#free.set(room, [at])
    else free.push(at)
    this.#at.set(row, undefined)
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

/** Whole numbers from 0. In chunks: growing moves nothing. */
export class Column {
  readonly #chunks: Array<Int32Array> = []

  get(row: number): number | undefined {
    const value = this.#chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] ?? NONE
    return value === NONE ? undefined : value
  }

  set(row: number, value: number | undefined): void {
    const chunk = Math.floor(row / CHUNK_ROWS)
    while (chunk >= this.#chunks.length) this.#chunks.push(new Int32Array(CHUNK_ROWS).fill(NONE))
    this.#chunks[chunk]![row % CHUNK_ROWS] = value ?? NONE
  }
}

// ---------------------------------------------------------------------------------------------------------

const CHUNK_ROWS = 1_024

const roomOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / ROOM_BYTES))
