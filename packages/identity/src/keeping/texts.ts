/** Keys by number: a key is known once, and everything else is kept under its number, which is never given again. */
import { hash } from "../features/hash.ts"
import { Recent } from "./recent.ts"
import { Rings } from "./rings.ts"
import { Slab } from "./slab.ts"

export class Texts {
  readonly #rows = new Rings()
  readonly #texts = new Slab()
  readonly #recent = new Recent<string>()
  /** What was asked for lately: each key is asked for many times in a row. */
  readonly #asked = new Map<string, number>()
  #count = 0

  /** How many were given a number. */
  get count(): number {
    return this.#count
  }

  numberOf(text: string): number | undefined {
    const number = this.#asked.get(text) ?? this.#find(text)
    return number === ABSENT ? undefined : number
  }

  /** Gives it a number where it has none. */
  number(text: string): number {
    const known = this.numberOf(text)
    if (known !== undefined) return known
    const number = this.#count++
    this.#texts.set(number, text)
    this.#rows.add(hash(text), number)
    this.#recent.set(number, text)
    return this.#remember(text, number)
  }

  /** The number was given. */
  text(number: number): string {
    const recent = this.#recent.get(number)
    if (recent !== undefined) return recent
    const text = this.#texts.get(number)!
    this.#recent.set(number, text)
    return text
  }

  #find(text: string): number {
    return this.#remember(text, this.#rows.find(hash(text), (number) => this.text(number) === text) ?? ABSENT)
  }

  #remember(text: string, number: number): number {
    if (this.#asked.size >= ASKED_MAX) this.#asked.clear()
    this.#asked.set(text, number)
    return number
  }
}

// ---------------------------------------------------------------------------------------------------------

const ASKED_MAX = 4_096
/** Instead of a number: it has none yet. */
const ABSENT = -1
