/** One mailbox that several people write from: each mail belongs to whom it names, one that names nobody to the mailbox. */
import { Key, Ref } from "@interchannel/domain"
import { Ledger, Persons } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const FAMILY = "family@example.com"
const record = (id: string, name: string) => ({ id, name, email: FAMILY, updatedAt: START })
const anna = record("1", "Anna Meyer")
const bob = record("2", "Bob Meyer")
const mail = (id: string, name?: string) => ({
  id,
  at: START + 100,
  from: FAMILY,
  email: FAMILY,
  text: `mail ${id}`,
  ...(name === undefined ? {} : { name })
})

/** Which record each mail stands on. */
const stands = (records: ReadonlyArray<object>, mails: ReadonlyArray<object>) =>
  Effect.gen(function* () {
    const { chatState, crmState, turn, entries } = yield* world()
    crmState.records.push(...records)
    chatState.messages.push(...mails)
    yield* turn
    yield* turn
    return Object.fromEntries(entries().map(({ body, records: on }) => [body, on]))
  })

describe("mails from one mailbox", () => {
  const rows: ReadonlyArray<
    readonly [string, ReadonlyArray<object>, ReadonlyArray<object>, Record<string, ReadonlyArray<string>>]
  > = [
    [
      "of two people go to the one they name, and one without a name to neither",
      [anna, bob],
      [mail("a", "Anna Meyer"), mail("b", "Bob Meyer"), mail("c", "Bob"), mail("d")],
      { "mail a": ["1"], "mail b": ["2"], "mail c": ["2"] }
    ],
    [
      "of one with a record and one without go to nobody but the one they name",
      [anna],
      [mail("a", "Anna Meyer"), mail("b", "Bob Meyer"), mail("d")],
      { "mail a": ["1"] }
    ],
    [
      "of one person go to her, with her name in any writing and without it",
      [anna],
      [mail("a", "Anna Meyer"), mail("b", "MEYER, Anna"), mail("c", "anna meyer"), mail("d")],
      { "mail a": ["1"], "mail b": ["1"], "mail c": ["1"], "mail d": ["1"] }
    ]
  ]
  for (const [promise, records, mails, expected] of rows) {
    scenario(
      promise,
      Effect.map(stands(records, mails), (found) => expect(found).toEqual(expected))
    )
    scenario(
      `${promise}, in the other order`,
      Effect.map(stands([...records].reverse(), [...mails].reverse()), (found) => expect(found).toEqual(expected))
    )
  }

  scenario(
    "are a contact for each name, found by the mailbox; what names nobody is on a line",
    Effect.gen(function* () {
      const { chatState, turn, control } = yield* world()
      chatState.messages.push(mail("a", "Anna Meyer"), mail("b", "Bob Meyer"), mail("d"))
      yield* turn
      const { people, lines } = yield* control.who(FAMILY)
      const names = people.map(({ contacts }) => contacts.map(({ record: { name } }) => name?.full))
      expect(names.sort()).toEqual([["Anna Meyer"], ["Bob Meyer"]])
      expect(lines.map(({ record: { ref } }) => ref.id)).toEqual([FAMILY])
      const key = Key.contact("chat", Ref.local("user", `${FAMILY} (anna meyer)`))
      expect((yield* (yield* Persons.Persons).members([key])).size).toBe(1)
      const row = (yield* (yield* Ledger.Ledger).contacts([key])).get(key)
      expect(row?.contact.handles.map(({ value }) => value)).toEqual([FAMILY])
    })
  )
})
