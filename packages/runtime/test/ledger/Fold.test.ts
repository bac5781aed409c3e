import { Handle, Key, Part, Ref, Version } from "@interchannel/domain"
import type { Ledger } from "@interchannel/store"
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Fold from "../../src/ledger/Fold.ts"

const nothing: Fold.Known = {
  resolve: new Map(),
  parts: new Map(),
  contacts: new Map(),
  organizations: new Map(),
  interactions: new Map()
}

const message = (id: string, version: number, text: string): Part.Part =>
  Part.interaction({
    ref: Ref.local("message", id),
    version: Version.make(version),
    fields: { kind: "chat", direction: "inbound", startedAt: 1, text, details: {} }
  })
const person = (id: string, version: number, email: string, former: ReadonlyArray<string> = []): Part.Part =>
  Part.contact({
    ref: Ref.local("person", id),
    version: Version.make(version),
    former: former.map((one) => Ref.local("person", one)),
    fields: { name: { full: id }, handles: [Handle.email(email, { verified: true })!] }
  })

let told = 0
const tell = (part: Part.Part): Fold.Told => ({ connection: "crm", part, inboxId: String(++told).padStart(9, "0") })

/** The ledger after a batch, as the store would keep it. */
const after = (known: Fold.Known, folded: Fold.Folded): Fold.Known => {
  const resolve = new Map(
    [...known.resolve].map(([from, to]) => [from, folded.moved.find((move) => move.from === to)?.to ?? to])
  )
  for (const { from, to } of folded.moved) resolve.set(from, to)
  const parts = new Map<string, Array<Ledger.StoredPart>>()
  const put = (stored: Ledger.StoredPart) => {
    const key = resolve.get(stored.key) ?? stored.key
    const slot = (part: Part.Part) => `${part.ref.id}/${part.part}`
    parts.set(key, [
      ...(parts.get(key) ?? []).filter((one) => slot(one.part) !== slot(stored.part)),
      { ...stored, key }
    ])
  }
  for (const stored of [...known.parts.values()].flat()) put(stored)
  for (const stored of folded.changes.parts) put(stored)
  return {
    resolve,
    parts,
    contacts: new Map([...known.contacts, ...folded.changes.contacts.map((row) => [row.contact.key, row] as const)]),
    organizations: known.organizations,
    interactions: new Map([
      ...known.interactions,
      ...folded.changes.interactions.map((row) => [row.interaction.key, row] as const)
    ])
  }
}
const foldAll = (batches: ReadonlyArray<ReadonlyArray<Part.Part>>): Fold.Known =>
  batches.reduce((known, batch) => after(known, Fold.fold(batch.map(tell), known, 5)), nothing)

const keyOf = (id: string) => Key.interaction("crm", Ref.local("message", id))
const contactKey = (id: string) => Key.contact("crm", Ref.local("person", id))

describe("Fold", () => {
  it("an older version never wins, in whatever order versions arrive", () => {
    const versions = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 })
    fc.assert(
      fc.property(versions, fc.boolean(), (order, oneBatch) => {
        const parts = order.map((version) => message("m", version, `text ${version}`))
        const known = foldAll(oneBatch ? [parts] : parts.map((part) => [part]))
        expect(known.interactions.get(keyOf("m"))?.interaction.text).toBe("text 5")
      })
    )
  })

  it("A, then B, then A again keeps the last A", () => {
    const known = foldAll([[message("m", 1, "A")], [message("m", 2, "B")], [message("m", 3, "A")]])
    expect(known.interactions.get(keyOf("m"))?.interaction.text).toBe("A")
  })

  it("of two equal versions the one accepted later stands", () => {
    const known = foldAll([[message("m", 1, "first")], [message("m", 1, "second")]])
    expect(known.interactions.get(keyOf("m"))?.interaction.text).toBe("second")
  })

  it("a duplicate changes nothing", () => {
    const known = foldAll([[message("m", 1, "hello")]])
    const folded = Fold.fold([tell(message("m", 1, "hello"))], known, 9)
    expect(folded.changes.parts).toEqual([])
    expect(folded.changes.interactions).toEqual([])
  })

  it("the same item, read again by mended code, says what it says now", () => {
    const before = foldAll([[message("m", 1, "garbled")]])
    const { changes } = Fold.fold(
      [{ connection: "crm", part: message("m", 1, "hello"), inboxId: before.parts.get(keyOf("m"))![0]!.inboxId }],
      before,
      5
    )
    expect(changes.interactions[0]?.interaction.text).toBe("hello")
  })

  it("a deletion keeps the content, marked deleted; a newer part brings it back", () => {
    const gone = Part.tombstone("interaction", Ref.local("message", "m"), Version.make(2))
    const deleted = foldAll([[message("m", 1, "hello")], [gone]])
    expect(deleted.interactions.get(keyOf("m"))).toMatchObject({ deleted: true, interaction: { text: "hello" } })
    const late = foldAll([[gone], [message("m", 1, "hello")]])
    expect(late.interactions.get(keyOf("m"))).toMatchObject({ deleted: true, interaction: { text: "hello" } })
    const atOnce = foldAll([[message("m", 1, "hello"), gone]])
    expect(atOnce.interactions.get(keyOf("m"))).toEqual(deleted.interactions.get(keyOf("m")))
    const back = foldAll([[message("m", 1, "hello")], [gone], [message("m", 3, "again")]])
    expect(back.interactions.get(keyOf("m"))).toMatchObject({ deleted: false, interaction: { text: "again" } })
  })

  it("the key that stays depends on the order in which parts were told, and not on where batches end", () => {
    const leg = (id: string, above?: string) =>
      Part.interaction({
        ref: Ref.local("call", above ?? id),
        part: id,
        version: Version.make(1),
        former: above === undefined ? [] : [Ref.local("call", id)],
        fields: { kind: "voice", direction: "inbound", startedAt: 1 }
      })
    const legs = [leg("a"), leg("b", "a"), leg("c", "b"), leg("d", "a")]
    const stays = (batches: ReadonlyArray<ReadonlyArray<Part.Part>>) => [
      ...new Set(
        ["a", "b", "c", "d"].map((id) => {
          const key = Key.interaction("crm", Ref.local("call", id))
          return foldAll(batches).resolve.get(key) ?? key
        })
      )
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(legs, { minLength: 4 }), fc.nat(4), (order, cut) => {
        const oneByOne = stays(order.map((part) => [part]))
        expect(oneByOne).toHaveLength(1)
        expect(stays([order])).toEqual(oneByOne)
        expect(stays([order.slice(0, cut), order.slice(cut)])).toEqual(oneByOne)
      })
    )
    expect(stays([legs])).toEqual([Key.interaction("crm", Ref.local("call", "a"))])
  })

  it("a merge into a new id keeps the key that was there first, and the new record's fields", () => {
    const known = foldAll([
      [person("1", 1, "one@example.com"), person("2", 1, "two@example.com")],
      [person("3", 2, "one@example.com", ["1", "2"])]
    ])
    expect(known.resolve.get(contactKey("3"))).toBe(contactKey("1"))
    expect(known.resolve.get(contactKey("2"))).toBe(contactKey("1"))
    expect(known.contacts.get(contactKey("1"))?.contact.ref.id).toBe("3")
    expect(
      known.contacts
        .get(contactKey("1"))
        ?.contact.handles.map(({ value }) => value)
        .sort()
    ).toEqual(["one@example.com", "two@example.com"])
  })

  it("a merge into a new id takes along what had named that id before it was told", () => {
    const known = foldAll([[person("1", 1, "ana@example.com")]])
    const { changes } = Fold.fold([tell(person("3", 3, "ana@example.com", ["1"]))], known, 5)
    expect(changes.rekeyed).toEqual([{ from: contactKey("3"), to: contactKey("1") }])
  })

  it("a merge of merges leads every id ever used to one key", () => {
    const known = foldAll([
      [person("1", 1, "a@example.com"), person("2", 1, "b@example.com"), person("4", 1, "d@example.com")],
      [person("3", 2, "a@example.com", ["1", "2"])],
      [person("5", 3, "a@example.com", ["3", "4"])]
    ])
    for (const id of ["2", "3", "4", "5"]) expect(known.resolve.get(contactKey(id))).toBe(contactKey("1"))
    expect(known.contacts.get(contactKey("1"))?.contact.ref.id).toBe("5")
  })

  it("what does not make a record yet is kept as parts, with the reason", () => {
    const recording = Part.interaction({
      ref: Ref.local("message", "m"),
      part: "recording",
      version: Version.make(1),
      fields: { details: { recordings: [{ id: "r1" }] } }
    })
    const folded = Fold.fold([tell(recording)], nothing, 5)
    expect(folded.changes.parts).toHaveLength(1)
    expect(folded.changes.interactions).toEqual([])
    expect(folded.incomplete[0]?.detail).toContain("kind")
  })
})
