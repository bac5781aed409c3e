/** Mistakes in what items tell. */
import { Part, Version } from "@interchannel/domain"
import * as P from "../parley/Parley.ts"
import { changed, type Flaw, flaw } from "./Flaw.ts"

const pure = "normalize and key are pure: the same item tells the same, as plain JSON"
const older = "an older version that comes after a newer one changes nothing"
const deletion = "a deletion shows, and what comes late does not undo it"

let drawn = 0
const met = new Set<string>()
const undated = (id: string) => [Part.tombstone("contact", P.personRef(id), Version.make(0))]

export const tellingFlaws: ReadonlyArray<Flaw> = [
  flaw("draws its keys", pure, { people: { key: () => `key ${++drawn}` } }),
  flaw("asks the machine for the time", pure, {
    lines: {
      normalize: (line, origin) =>
        changed(P.lines.normalize(line, origin), () => ({ version: Version.make(Date.now()) }))
    }
  }),
  flaw("changes the item it is given", pure, {
    people: { normalize: (person, origin) => P.people.normalize(Object.assign(person, { name: "changed" }), origin) }
  }),
  flaw("remembers whom it met", pure, {
    people: {
      normalize: (person, origin) => {
        if (met.has(person.id)) return []
        met.add(person.id)
        return P.people.normalize(person, origin)
      }
    }
  }),
  flaw("tells a Date", pure, {
    lines: {
      normalize: (line, origin) =>
        changed(P.lines.normalize(line, origin), ({ fields }) => ({ fields: { ...fields, endedAt: new Date(0) } }))
    }
  }),
  flaw("leaves out when it began", "parts make valid records that survive JSON", {
    lines: {
      normalize: (line, origin) =>
        changed(P.lines.normalize(line, origin), ({ fields }) => ({ fields: { ...fields, startedAt: undefined } }))
    }
  }),
  flaw("says interactions and tells none", "a feed yields what it says", { lines: { normalize: () => [] } }),
  flaw("gives an edited line another key", "an edit shows, as a newer version of the same item", {
    lines: { key: ({ id, at, changedAt }) => (changedAt === at ? id : `${id} ${changedAt}`) }
  }),
  flaw("does not see edits", "an edit shows, as a newer version of the same item", {
    lines: {
      normalize: (line, origin) => changed(P.lines.normalize(line, origin), () => ({ version: Version.make(line.at) }))
    }
  }),
  flaw("gives every state the same version", older, {
    people: {
      normalize: (person, origin) => changed(P.people.normalize(person, origin), () => ({ version: Version.make(0) }))
    }
  }),
  flaw("takes the time of the reading for the version", older, {
    lines: {
      normalize: (line, origin) =>
        changed(P.lines.normalize(line, origin), () => ({ version: Version.make(origin.acceptedAt) }))
    }
  }),
  flaw("dates a tombstone before what it ends", deletion, { people: { gone: undated, sweep: undated } }),
  flaw("does not notice deletions", deletion, {
    events: {
      normalize: (event, origin) => (event.type === "line.removed" ? [] : P.events.normalize(event, origin))
    }
  }),
  flaw("buries what is there", deletion, {
    people: {
      normalize: (person, origin) => [
        ...P.people.normalize(person, origin),
        ...undated("p0002").map((part) => ({ ...part, version: Version.make(origin.acceptedAt) }))
      ]
    }
  }),
  flaw("does not name the former refs", "records that the vendor merged are one subject", {
    people: {
      normalize: (person, origin) => changed(P.people.normalize(person, origin), () => ({ former: [] }))
    }
  })
]
