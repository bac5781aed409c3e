/** Mistakes in writing. */
import { type Action, Feed, Http, VendorError } from "@interchannel/connector"
import { Part, Version } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as P from "../parley/Parley.ts"
import { type Flaw, flaw } from "./Flaw.ts"

const once = "what is written stands in the vendor once, also when its receipt was lost"
const cutOff = "a write cut off at any call, before or after the vendor did it, is never there twice"
const update = "an update changes the record and makes no other"
const removed = "what is taken back is gone, and taking it back again succeeds"
const batch = "a batch has one result for each input, in order, and one bad input spoils only itself"

/** `Action.each` without being asked for the verb. */
const each =
  <Input, A, R>(write: (input: Input) => Effect.Effect<A, VendorError.VendorError, R>) =>
  (inputs: ReadonlyArray<Input>) =>
    Effect.forEach(inputs, (input) => Effect.either(write(input)))

type Append = Action.Input<"AppendTimeline">
const Note = Schema.Struct({ id: Schema.String })
const Notes = Schema.Struct({ items: Schema.Array(Note) })

const noteOf = ({ key, entry, records }: Append) => ({ key, text: entry.title, people: records.map(({ id }) => id) })
const written = ({ id }: typeof Note.Type) => ({ ref: { kind: "note", id } })
const addNote = (input: Append) =>
  Effect.map(P.call(Note, "notes.add", { path: "/notes", json: noteOf(input) }), written)
const findNote = ({ key }: Append) =>
  Effect.map(P.call(Notes, "notes.find", { path: "/notes", query: { key } }), ({ items }) => items[0])
const put = (input: Append) => Effect.flatMap(P.appendTimeline.write([input]), (results) => results[0]!)

/** Reads the notes, and does not look whose they are. */
const strangers = Feed.snapshot("notes", {
  yields: "interactions",
  item: Note,
  key: ({ id }) => id,
  cadenceMs: 60_000,
  page: () => Effect.map(P.call(Notes, "notes.list", { path: "/notes" }), ({ items }) => Feed.page(items)),
  normalize: (note) => [
    Part.interaction({
      ...written(note),
      version: Version.make(0),
      fields: { kind: "note", direction: "internal", startedAt: 0, participants: [], details: {} }
    })
  ]
})

const first = [P.personRef("p0001")]
const upsert = P.upsertContact
const isGone = P.isGone

export const writingFlaws: ReadonlyArray<Flaw> = [
  flaw("makes a new note each time", once, { appendTimeline: { write: each(addNote) } }),
  flaw("looks for the note itself, in a search that lags", "a search that lags behind makes no second record", {
    appendTimeline: {
      write: each((input: Append) =>
        Effect.flatMap(findNote(input), (found) =>
          found === undefined ? addNote(input) : Effect.succeed(written(found))
        )
      )
    }
  }),
  flaw("stops half-way when it is cut off, and calls that done", cutOff, {
    appendTimeline: {
      write: each((input: Append) =>
        Effect.gen(function* () {
          const found = yield* findNote(input)
          if (found !== undefined && input.existing === undefined) return written(found)
          yield* put({ ...input, records: [] })
          return yield* put(input)
        })
      )
    }
  }),
  flaw("is sure that a dead socket did nothing", cutOff, {
    sendMessage: {
      write: each((input: Action.Input<"SendMessage">) =>
        Effect.flatMap(P.sendMessage.write([input]), (results) => results[0]!).pipe(
          Effect.mapError(({ vendor, operation, reason }) =>
            VendorError.make(
              vendor,
              operation,
              reason._tag === "Unavailable" ? new VendorError.Unavailable({ ...reason, uncertain: false }) : reason
            )
          )
        )
      )
    }
  }),
  flaw("sends again on its own", cutOff, {
    sendMessage: {
      write: (inputs: ReadonlyArray<Action.Input<"SendMessage">>) =>
        Effect.retry(
          Effect.flatMap(P.sendMessage.write(inputs), ([result]) => Effect.map(result!, (it) => [Either.right(it)])),
          {
            times: 2
          }
        )
    }
  }),
  flaw("looks before the search can show it", cutOff, { upsertContact: { visibleAfterMs: 0 } }),
  flaw("makes another record for an update", update, {
    upsertContact: {
      write: each(({ key, fields }: Action.Input<"UpsertContact">) =>
        Effect.flatMap(upsert.write([{ key, fields }]), (results) => results[0]!)
      )
    }
  }),
  flaw("leaves an entry on its first record", update, {
    appendTimeline: {
      write: each((input: Append) => put(input.existing === undefined ? input : { ...input, records: first }))
    }
  }),
  flaw("makes again what a person deleted", "what a person deleted is Gone, and is not made again", {
    appendTimeline: {
      write: each((input: Append) => {
        const { existing: _, ...anew } = input
        return Effect.catchIf(put(input), isGone, () => put(anew))
      })
    }
  }),
  flaw("cannot take back what is gone", removed, {
    appendTimeline: {
      remove: ({ id }: { readonly id: string }) =>
        P.call(Schema.Unknown, "notes.remove", { path: Http.path`/notes/${id}`, method: "DELETE" })
    }
  }),
  flaw("only says that it took something back", removed, { appendTimeline: { remove: () => Effect.void } }),
  flaw("mixes up the results of a batch", batch, {
    appendTimeline: {
      write: (inputs: ReadonlyArray<Append>) =>
        Effect.map(P.appendTimeline.write(inputs), (results) => results.toReversed())
    }
  }),
  flaw("fails a batch for one of its inputs", batch, {
    appendTimeline: {
      write: (inputs: ReadonlyArray<Append>) =>
        Effect.flatMap(P.appendTimeline.write(inputs), (results) => {
          const bad = results.find(Either.isLeft)
          return bad === undefined ? Effect.succeed(results) : Effect.succeed(results.map(() => bad))
        })
    }
  }),
  flaw(
    "sets a field and empties the others",
    "a field is read as it stands at that moment, and set without touching another",
    {
      upsertContact: {
        fields: {
          ...P.fields,
          write: (changes: Parameters<typeof P.fields.write>[0]) =>
            P.fields.write(changes.map(({ ref, set }) => ({ ref, set: { name: "Nobody", ...set } })))
        }
      }
    }
  ),
  flaw(
    "answers an empty field for a record that is gone",
    "fields of a record that is gone are Gone, and those of the others are answered",
    {
      upsertContact: {
        fields: {
          ...P.fields,
          read: (asked: Parameters<typeof P.fields.read>[0]) =>
            Effect.map(P.fields.read(asked), (answers) =>
              answers.map((answer) => (Either.isLeft(answer) ? Either.right({}) : answer))
            )
        }
      }
    }
  ),
  flaw("takes the first hit of a search", "a hit that the vendor did not filter is not taken for our own", {
    upsertContact: {
      find: ({ key }: Action.Input<"UpsertContact">) =>
        Effect.map(
          P.call(Notes, "people.search", { path: "/people/search", query: { tag: key } }),
          ({ items }) => items[0] && { ref: P.personRef(items[0].id) }
        )
    }
  }),
  flaw("says that it wrote although it was refused", "a write with refused credentials is Unauthorized", {
    appendTimeline: {
      write: each((input: Append) =>
        Effect.catchAll(put(input), () => Effect.succeed({ ref: { kind: "note", id: "n0000" } }))
      )
    }
  }),
  flaw("does not know its own writing again", "what we wrote is known again when it is read back", {
    upsertContact: {
      write: each((input: Action.Input<"UpsertContact">) =>
        Effect.flatMap(upsert.write([input]), (results) =>
          Effect.map(results[0]!, ({ ref }) => ({ ref, written: "another" }))
        )
      )
    }
  }),
  flaw("takes its own entry, read back, for news", "what we wrote is known again when it is read back", {
    connector: { feeds: [P.people, P.lines, P.journal, strangers] }
  })
]
