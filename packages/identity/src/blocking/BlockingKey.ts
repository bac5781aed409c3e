/**
 * Where a contact is looked for: each key is a reason to compare two contacts, none is evidence. A key that too many
 * contacts share is replaced by its finer form, never dropped.
 */
import type { Features } from "../features/Features.ts"
import type { HandleFeature } from "../features/HandleFeature.ts"
import { hash } from "../features/hash.ts"
import { sound } from "../features/romanize.ts"

export interface BlockingKey {
  readonly key: number
  /** The key to use instead once more than `most` contacts share `key`; without one nobody is looked for any more. */
  readonly finer: number | undefined
  /** Contacts that either may bring up for comparison. */
  readonly most: number
}

/** Contacts that any key may bring up for comparison. */
export const POSTING_MAX = 50
/** The same for keys under which strangers meet by nature, names, hosts and places: the more they are, the less each has to say. */
const STRANGERS_MAX = 16

/** The posting that holds every contact with this handle. */
export const ofHandle = (handle: Pick<HandleFeature, "kind" | "base" | "key">): number =>
  handle.base === undefined || handle.kind === "external" ? handle.key : hash(`${handle.kind}~${handle.base}`)

/** All keys of a contact, each once. At most about 200: the lists in Features are bounded. */
export const make = (features: Features): ReadonlyArray<BlockingKey> => {
  if (last?.features !== features) last = { features, keys: keysOf(features) }
  return last.keys
}

/** One placement asks several times for the keys of one contact. */
let last: { readonly features: Features; readonly keys: ReadonlyArray<BlockingKey> } | undefined

const keysOf = (features: Features): ReadonlyArray<BlockingKey> => {
  const keys = new Map<number, BlockingKey>()
  const add: Add = (coarse, finer, most = POSTING_MAX) => {
    const key = typeof coarse === "number" ? coarse : hash(coarse)
    if (!keys.has(key)) keys.set(key, { key, finer: finer === undefined ? undefined : hash(finer, key), most })
  }
  const { name, birth } = features
  const given = name.given[0] === undefined ? "" : sound(name.given[0])
  const family = name.family.length === 0 ? "" : sound(name.family.at(-1)!)
  const year = birth?.[0] ?? ""
  const town = features.places[0]?.city ?? features.places[0]?.postal ?? ""
  for (const handle of features.handles) {
    add(ofHandle(handle), given || "-")
    if (handle.kind === "email") addMailbox(handle, given, family, add)
  }
  addNames(features, given, family, `${year} ${year === "" ? town : ""}`, add)
  if (birth?.[2] !== undefined) {
    const [low, high] = birth[1]! < birth[2] ? [birth[1], birth[2]] : [birth[2], birth[1]]
    add(`born ${year} ${low} ${high}`, initials(given, family))
    if (family !== "") add(`birthday ${low} ${high} ${family}`, given)
    if (given !== "") add(`birthday ${low} ${high} ${given}`, family)
  }
  if (family !== "" && year !== "") add(`year ${year} ${family}`, given)
  if (given !== "" && year !== "") add(`year ${year} ${given}`, family)
  for (const place of features.places) addPlace(place, given, family, add)
  if (features.organization !== undefined && family !== "") add(`org ${features.organization} ${family}`, given)
  if (features.birthPlace !== undefined) {
    if (given !== "") add(`place ${features.birthPlace} ${given}`, `${year} ${family}`)
    if (family !== "") add(`place ${features.birthPlace} ${family}`, `${year} ${given}`)
  }
  return [...keys.values()]
}

// ---------------------------------------------------------------------------------------------------------

type Add = (coarse: string | number, finer: string | undefined, most?: number) => void

/** Shorter local parts (`ana`, `jd1`) are shared by strangers at every provider. */
const LOCAL_LENGTH_MIN = 6

const addMailbox = ({ value, base = value, grade }: HandleFeature, given: string, family: string, add: Add) => {
  const local = base.slice(0, base.lastIndexOf("@")).replaceAll(/[._-]/g, "")
  if (grade !== "shared" && local.length >= LOCAL_LENGTH_MIN) add(`local ${local}`, given || "-")
  // Slips are in the letters: ana17@ and ana18@ are neighbours, and most mailboxes are at a few hosts.
  add(
    `host ${value.charAt(0)}${local.replaceAll(/\D/g, "")}${value.slice(value.lastIndexOf("@"))}`,
    `${given} ${family}`,
    STRANGERS_MAX
  )
}

const initials = (a: string, b: string): string =>
  a.charAt(0) < b.charAt(0) ? a.charAt(0) + b.charAt(0) : b.charAt(0) + a.charAt(0)

const addNames = ({ name, handles }: Features, given: string, family: string, rest: string, add: Add) => {
  if (given !== "" && family !== "") {
    // Whoever shows nothing beside a name and handles is found by the handles; a common name does not even suggest anything.
    const finer = rest.trim() === "" ? undefined : rest
    // Sorted, so that a swapped name is found as well.
    add(given < family ? `name ${given} ${family}` : `name ${family} ${given}`, finer, STRANGERS_MAX)
    // A family name and an initial bring up hundreds, and nobody who is not found by what else they share.
    if (finer === undefined) return
    for (const word of name.family) add(`initial ${sound(word)} ${given.charAt(0)} ${rest}`, given)
  } else if (handles.length === 0 && (given !== "" || family !== "")) {
    add(`only ${given || family}`, rest)
  }
}

const addPlace = (place: Features["places"][number], given: string, family: string, addKey: Add) => {
  const add = (coarse: string, finer: string) => addKey(coarse, finer, STRANGERS_MAX)
  const street = place.street[0] === undefined ? "" : sound(place.street[0])
  const number = place.numbers[0] ?? ""
  const area = place.postal ?? place.city
  if (street !== "" && number !== "") add(`house ${number} ${street}`, given)
  if (street !== "" && area !== undefined) add(`street ${street} ${area}`, given || family)
  if (number !== "" && area !== undefined) add(`number ${number} ${area}`, street || given)
  if (street !== "" && given !== "") add(`street ${street} ${given}`, family)
  if (area !== undefined && family !== "") add(`area ${area} ${family}`, given)
  if (area !== undefined && given !== "") add(`area ${area} ${given}`, family)
  // A town beside a postal code brings up half the town.
  const town = place.suburb
  if (town !== undefined && given !== "") add(`area ${town} ${given}`, family)
  if (town !== undefined && family !== "") add(`area ${town} ${family}`, given)
}
