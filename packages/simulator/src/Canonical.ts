/** What the systems hold and who is who, told without ids and times that differ between two runs of the same story. */
import { Ref } from "@interchannel/domain"
import { Ledger, Persons } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { destinations, mentionsIn, type World } from "./World.ts"

const CONTACTS_MAX = 1_000

/** Sorted, a line each. */
export const of = (world: World) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const ledger = yield* Ledger.Ledger
    const members = yield* persons.features({ after: "", limit: CONTACTS_MAX })
    const rows = yield* ledger.contacts(members.map(({ contact }) => contact))
    const byPerson = new Map<string, Array<string>>()
    for (const { contact, person = contact } of members) {
      const row = rows.get(contact)
      if (row === undefined || row.deleted) continue
      const name = Ref.format(Ref.at(row.contact.connection, row.contact.ref))
      byPerson.set(person, [...(byPerson.get(person) ?? []), name].sort())
    }
    const people = [...byPerson.values()].map((contacts) => `one person: ${contacts.join(", ")}`)
    return [...entries(world), ...cards(world), ...people].sort()
  })

// ---------------------------------------------------------------------------------------------------------------------

const told = (text: string): string =>
  mentionsIn(text)
    .map(({ index, edits }) => `q${index}r${edits}`)
    .sort()
    .join()

const entries = ({ offices }: World): ReadonlyArray<string> =>
  destinations.flatMap((destination) =>
    [...offices[destination].entries.values()].flatMap(({ key, state, body, records }) =>
      key === undefined || state !== "there" ? [] : [`${destination}: ${told(body)} on ${[...records].sort().join()}`]
    )
  )

const cards = ({ chats }: World): ReadonlyArray<string> =>
  [...chats.chat.cards.values()].flatMap(({ gone, thread, text }) =>
    gone ? [] : [`the card beside ${thread}: ${told(text)}`]
  )
