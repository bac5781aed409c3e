/** What was set aside, and what a person does about it: look at it, let it try again after a fix, or let it go. */
import { Database, Inbox, Projections, Quarantine, type StoreError, Pages } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export type Services = Database.Database | Inbox.Inbox | Projections.Projections | Quarantine.Quarantine

/** Of one connection, of named subjects, or all of both. */
export interface Which {
  readonly connection?: string
  /** As `list` names them. */
  readonly subjects?: ReadonlyArray<string>
}

/** What one look shows. */
export const LIST_MAX = 100
/** Changed in one write. */
const PAGE_MAX = 200

/** Ascending by subject, after `after`. */
export const list = (
  which: Which & { readonly after?: string }
): Effect.Effect<ReadonlyArray<Quarantine.Aside>, StoreError, Services> =>
  Effect.flatMap(Quarantine.Quarantine, (quarantine) => page(quarantine, which, which.after ?? "", LIST_MAX))

/** They are tried again by today's code and against what the vendor takes today; answers how many. */
export const replay = (which: Which): Effect.Effect<number, StoreError, Services> =>
  each(which, ({ items, writes, pages }, at, { inbox, projections, quarantine }) =>
    Effect.gen(function* () {
      for (const [connection, ids] of items) yield* inbox.reopen({ connection, ids })
      yield* projections.release(writes, at)
      // Places are read again by themselves; one that still fails is set aside anew.
      yield* quarantine.remove(pages)
    })
  )

/** They are let go: an item stays unread, a write is never tried again unless somebody releases it. Answers how many. */
export const drop = (which: Which): Effect.Effect<number, StoreError, Services> =>
  each(which, ({ items, writes, pages }, at, { inbox, projections, quarantine }) =>
    Effect.gen(function* () {
      const ids = [...items.values()].flat()
      const held = writes.map((key) => ({ _tag: "Held", key, why: "let go by a person" }) as const)
      yield* inbox.settle(ids.map((id) => ({ id, state: "done" })))
      yield* projections.finish(held, at)
      yield* quarantine.remove([...ids, ...pages])
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

type Service = Effect.Effect.Success<typeof Quarantine.Quarantine>

const page = (quarantine: Service, { connection, subjects }: Which, after: string, limit: number) =>
  subjects === undefined
    ? quarantine.list({ ...(connection === undefined ? {} : { connection }), after, limit })
    : Effect.map(quarantine.get(subjects), (rows) =>
        rows.filter((row) => row.subject > after && (connection ?? row.connection) === row.connection).slice(0, limit)
      )

const tables = Effect.all({
  database: Database.Database,
  inbox: Inbox.Inbox,
  projections: Projections.Projections,
  quarantine: Quarantine.Quarantine
})
type Tables = Effect.Effect.Success<typeof tables>

/** Page by page, each in one write. What is set aside anew meanwhile sorts where it did, so the walk ends. */
const each = (
  which: Which,
  change: (asides: ReturnType<typeof sorted>, at: number, tables: Tables) => Effect.Effect<void, StoreError>
): Effect.Effect<number, StoreError, Services> =>
  Effect.gen(function* () {
    const to = yield* tables
    let many = 0
    const walk = {
      limit: PAGE_MAX,
      page: (after: string) => page(to.quarantine, which, after, PAGE_MAX),
      keyOf: ({ subject }: Quarantine.Aside) => subject
    }
    yield* Pages.forEach(walk, (rows) =>
      Effect.gen(function* () {
        many += rows.length
        yield* to.database.write(change(sorted(rows), yield* Clock.currentTimeMillis, to))
      })
    )
    if (many > 0) yield* Effect.all([to.database.signal("inbox"), to.database.signal("projection")], { discard: true })
    return many
  })

const sorted = (rows: ReadonlyArray<Quarantine.Aside>) => {
  const of = (kind: Quarantine.Aside["kind"]) => rows.filter((row) => row.kind === kind)
  const items = new Map<string, Array<string>>()
  for (const { connection, subject } of of("item")) {
    items.set(connection, [...(items.get(connection) ?? []), subject])
  }
  return {
    items,
    writes: of("projection").map(({ subject }) => subject),
    pages: of("page").map(({ subject }) => subject)
  }
}
