/**
 * Features as short texts: values by their place, words by their number. Names, towns, streets and kinds repeat, so each is
 * held once; a word that was taken out of a text for every contact would be compared letter by letter.
 */
import { Handle } from "@interchannel/domain"
import type { BirthDate } from "../features/BirthDate.ts"
import type { Features } from "../features/Features.ts"
import { hash } from "../features/hash.ts"
import type { HandleFeature } from "../features/HandleFeature.ts"
import type { NameFeature } from "../features/NameFeature.ts"
import type { PlaceFeature } from "../features/PlaceFeature.ts"

/** Each word once. In parts, since a map that grows moves everything in it. */
export class Words {
  readonly #numbers: ReadonlyArray<Map<string, number>> = Array.from({ length: PARTS }, () => new Map())
  readonly #words: Array<string> = [""]

  /** 0 where there is none. */
  number(word: string | undefined): number {
    if (word === undefined) return 0
    const numbers = this.#numbers[partOf(word)]!
    const known = numbers.get(word)
    if (known !== undefined) return known
    const number = this.#words.push(word) - 1
    numbers.set(word, number)
    return number
  }

  /** The number was given. */
  word(number: number): string {
    return this.#words[number]!
  }
}

/** Everything but the contact itself, which is what it is found by. */
export const pack = (words: Words, features: Features): string => {
  const packed: Array<Packed> = []
  const word = (one: string | undefined) => packed.push(words.number(one))
  const list = (some: ReadonlyArray<string>) => {
    packed.push(some.length)
    for (const one of some) word(one)
  }
  const { name, birth, places, handles } = features
  packed.push(features.since, features.at, name.generation ?? 0, birth?.[0] ?? 0, birth?.[1] ?? 0, birth?.[2] ?? 0)
  for (const one of [features.connection, features.kind, features.gender]) word(one)
  for (const one of [features.organization, features.birthPlace, features.title]) word(one)
  for (const some of [name.given, name.middle, name.family]) list(some)
  packed.push(places.length)
  for (const { numbers, street, suburb, city, region, postal } of places) {
    list(numbers)
    list(street)
    for (const one of [suburb, city, region, postal]) word(one)
  }
  packed.push(handles.length)
  for (const { kind, value, grade, base, system, itself } of handles) {
    // A base is nearly always what the value ends in.
    packed.push(value, base === undefined ? NONE : value.endsWith(base) ? base.length : base, itself === true ? 1 : 0)
    for (const one of [kind, grade, system]) word(one)
  }
  return JSON.stringify(packed)
}

export const unpack = (words: Words, contact: Features["contact"], text: string): Features => {
  const reader = new Reader(words, JSON.parse(text) as ReadonlyArray<Packed>)
  const [since, at, generation] = [reader.number(), reader.number(), reader.number()]
  const birth = toBirth(reader.number(), reader.number(), reader.number())
  const connection = reader.word() ?? ""
  const kind = reader.word() as Features["kind"]
  const gender = reader.word() as Features["gender"] | undefined
  const organization = reader.word()
  const birthPlace = reader.word()
  const title = reader.word()
  const name: Writable<NameFeature> = { given: reader.list(), middle: reader.list(), family: reader.list() }
  if (generation !== 0) name.generation = generation
  const places: Array<PlaceFeature> = []
  for (let left = reader.number(); left > 0; left--) places.push(toPlace(reader))
  const handles: Array<HandleFeature> = []
  for (let left = reader.number(); left > 0; left--) handles.push(toHandle(reader))
  const features: Writable<Features> = { contact, connection, kind, since, at, name, places, handles }
  if (birth !== undefined) features.birth = birth
  if (gender !== undefined) features.gender = gender
  if (organization !== undefined) features.organization = organization
  if (birthPlace !== undefined) features.birthPlace = birthPlace
  if (title !== undefined) features.title = title
  return features
}

// ---------------------------------------------------------------------------------------------------------

/** A power of two. */
const PARTS = 64

/** Any letters do that differ from word to word. */
const partOf = (word: string): number =>
  (word.length +
    3 * word.charCodeAt(0) +
    5 * word.charCodeAt(word.length >> 1) +
    7 * word.charCodeAt(word.length - 1)) &
  (PARTS - 1)

type Packed = string | number

const NONE = -1

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Reads in the order in which it was packed. */
class Reader {
  readonly #words: Words
  readonly #packed: ReadonlyArray<Packed>
  #at = 0

  constructor(words: Words, packed: ReadonlyArray<Packed>) {
    this.#words = words
    this.#packed = packed
  }

  next(): Packed {
    return this.#packed[this.#at++]!
  }
  number(): number {
    return this.next() as number
  }
  text(): string {
    return this.next() as string
  }
  word(): string | undefined {
    const number = this.number()
    return number === 0 ? undefined : this.#words.word(number)
  }
  list(): ReadonlyArray<string> {
    const length = this.number()
    if (length === 0) return none
    const list: Array<string> = []
    for (let left = length; left > 0; left--) list.push(this.#words.word(this.number()))
    return list
  }
}

const none: ReadonlyArray<string> = []

const toBirth = (year: number, month: number, day: number): BirthDate | undefined =>
  year === 0 ? undefined : month === 0 ? [year] : day === 0 ? [year, month] : [year, month, day]

const toPlace = (reader: Reader): PlaceFeature => {
  const place: Writable<PlaceFeature> = { numbers: reader.list(), street: reader.list() }
  const [suburb, city, region, postal] = [reader.word(), reader.word(), reader.word(), reader.word()]
  if (suburb !== undefined) place.suburb = suburb
  if (city !== undefined) place.city = city
  if (region !== undefined) place.region = region
  if (postal !== undefined) place.postal = postal
  return place
}

const toHandle = (reader: Reader): HandleFeature => {
  const [value, base, itself] = [reader.text(), reader.next(), reader.number()]
  const kind = reader.word() as HandleFeature["kind"]
  const grade = reader.word() as HandleFeature["grade"]
  const system = reader.word()
  const handle: Writable<HandleFeature> = { kind, value, key: hash(Handle.keyOf({ kind, value })), grade }
  if (base !== NONE) handle.base = typeof base === "string" ? base : value.slice(value.length - base)
  if (system !== undefined) handle.system = system
  if (itself === 1) handle.itself = true
  return handle
}
