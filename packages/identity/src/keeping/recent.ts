/** What was looked at last, by number: one value a place, and a later one takes the place of an earlier one. */
export class Recent<V> {
  readonly #numbers = new Int32Array(PLACES).fill(-1)
  readonly #values: Array<V | undefined> = Array.from({ length: PLACES })

  get(number: number): V | undefined {
    const place = number & (PLACES - 1)
    return this.#numbers[place] === number ? this.#values[place] : undefined
  }

  set(number: number, value: V | undefined): void {
    const place = number & (PLACES - 1)
    this.#numbers[place] = number
    this.#values[place] = value
  }
}

// ---------------------------------------------------------------------------------------------------------

/** A power of two. What is young and kept is copied by the garbage collector: with four times as many it costs more than it saves. */
const PLACES = 1_024
