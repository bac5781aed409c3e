/** What items tell: the same every time, valid records, the newest state last, and one subject under all its names. */
import { Contact, Interaction, Organization, type Part, Version } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as Feed from "../Feed.ts"
import { always, type Check, difference, ensure, fail } from "./Check.ts"
import type { Host } from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import { everyItem, impurity, notJson } from "./purity.ts"
import type { Item } from "./running.ts"
import { ensureRead, itemOf, playAll, type Stage } from "./Stage.ts"
import type { Played } from "./Subject.ts"

const pure: Check = {
  name: "normalize and key are pure: the same item tells the same, as plain JSON",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* playAll(stage)
      const host = yield* stage.host()
      yield* host.pull()
      yield* stage.hearAll(host)
      for (const item of everyItem(stage, host)) {
        const problem = impurity(item, host)
        yield* ensure(problem === undefined, `${item.source}: ${problem}`)
      }
    })
}

const valid: Check = {
  name: "parts make valid records that survive JSON",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* playAll(stage)
      const host = yield* stage.host()
      yield* host.pull()
      yield* ensureValid(host)
      yield* stage.hearAll(host)
      yield* ensureValid(host)
    })
}

const ensureValid = (host: Host) =>
  Effect.gen(function* () {
    const { entries } = host.ledger()
    yield* ensure(entries.length > 0, "the items tell nothing")
    for (const { subject, refs, assembled } of entries) {
      const name = `${subject} ${refs.map(({ kind, id }) => `${kind} ${id}`).join(" = ")}`
      if (assembled._tag === "Incomplete") yield* fail(`${name} is no valid record: ${assembled.detail}`)
      if (assembled._tag !== "Whole") continue
      const problem = roundTrip(schemas[subject], assembled.record)
      yield* ensure(problem === undefined, `${name} does not survive JSON: ${problem}`)
    }
  })
const schemas = { contact: Contact, organization: Organization, interaction: Interaction } as Readonly<
  Record<Part.Subject, Schema.Schema<unknown>>
>

const roundTrip = (schema: Schema.Schema<unknown>, record: unknown): string | undefined => {
  const through = Either.flatMap(Schema.encodeUnknownEither(schema)(record), (encoded) =>
    Schema.decodeUnknownEither(schema)(JSON.parse(JSON.stringify(encoded)))
  )
  if (Either.isLeft(through)) return ParseResult.TreeFormatter.formatErrorSync(through.left)
  const [before, after] = [Ledger.sortedJson(record), Ledger.sortedJson(through.right)]
  return before === after ? notJson(record) : `${before} became ${after}`
}

const yieldsWhatItSays: Check = {
  name: "a feed yields what it says",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      for (const feed of stage.connector.feeds) {
        const host = yield* stage.host()
        yield* stage.play(feed.name, 1)
        yield* host.pull()
        const subjects = host.items(feed.name).flatMap((item) => item.subjects.map(({ subject }) => subject))
        const wanted = feed.yields === "contacts" ? ["contact", "organization"] : ["interaction"]
        yield* ensure(
          subjects.some((subject) => wanted.includes(subject)),
          `${feed.name} yields ${feed.yields}, but its items tell of ${[...new Set(subjects)].join(", ") || "nothing"}`
        )
      }
    })
}

/** What an edit changed, told by the feeds or, where they do not show it, by webhooks. */
const edited = (stage: Stage, host: Host, played: Played) =>
  Effect.gen(function* () {
    const { partition, subjects } = yield* itemOf(host, played)
    const before = snapshot(host, subjects)
    const items = host.items(played.feed)
    yield* stage.act(`an edit of ${played.feed} ${played.key}`, () => stage.subject.play.edit!(played))
    yield* stage.settle(host)
    if (changedAt(before, snapshot(host, subjects)) < 0) yield* stage.hearAll(host)
    const after = snapshot(host, subjects)
    const raws = host
      .items(played.feed)
      .filter(
        (item) => !items.some((old) => old.key === item.key && old.partition === item.partition && old.raw === item.raw)
      )
    return { partition, before, after, old: items, raws }
  })

const snapshot = (host: Host, subjects: Item["subjects"]) => {
  const ledger = host.ledger()
  return subjects.flatMap((named) => {
    const assembled = ledger.of(named)?.assembled
    if (assembled?._tag !== "Whole") return []
    const { version, ...content } = assembled.record
    return [{ version, content: Ledger.sortedJson(content) }]
  })
}

/** The first record that changed. */
const changedAt = (before: ReturnType<typeof snapshot>, after: ReturnType<typeof snapshot>): number =>
  after.findIndex((now, index) => now.content !== before[index]?.content)

const edits: Check = {
  name: "an edit shows, as a newer version of the same item",
  applies: (_, subject) => subject.play.edit !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      for (const name of stage.feedsWith("edit")) {
        const feed = stage.connector.feeds.find((candidate) => candidate.name === name)
        const [played] = yield* stage.play(name, 1)
        const host = yield* stage.host()
        yield* host.pull()
        yield* stage.hearAll(host)
        const keys = host.items(name).length
        const { before, after } = yield* edited(stage, host, played!)
        const changed = changedAt(before, after)
        yield* ensure(changed >= 0, `${name} ${played!.key} was edited, and its records are as before`)
        yield* ensure(
          Version.compare(after[changed]!.version, before[changed]!.version) > 0,
          `${name} ${played!.key} was edited, and its version is not newer`
        )
        yield* ensure(
          feed?.shape === "changes" || host.items(name).length === keys,
          `after an edit ${name} has ${host.items(name).length} items instead of ${keys}: \`key\` must not depend on what can be edited`
        )
      }
    })
}

const olderLast: Check = {
  name: "an older version that comes after a newer one changes nothing",
  applies: (_, subject) => subject.play.edit !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      for (const name of stage.feedsWith("edit")) {
        const [played] = yield* stage.play(name, 1)
        const host = yield* stage.host()
        yield* host.pull()
        const { old, raws } = yield* edited(stage, host, played!)
        const forward = yield* stage.host()
        const backward = yield* stage.host()
        yield* Effect.forEach([...old, ...raws], (item) => forward.ingest(name, item.partition, item.raw))
        yield* Effect.forEach([...raws, ...old], (item) => backward.ingest(name, item.partition, item.raw))
        const differs = difference(Ledger.canonical(forward.ledger()), Ledger.canonical(backward.ledger()))
        yield* ensure(
          differs === undefined,
          () =>
            `${name}: with the older state accepted last, the ledger differs; give parts the vendor's own version: ${differs}`
        )
      }
    })
}

const deletes: Check = {
  name: "a deletion shows, and what comes late does not undo it",
  applies: (_, subject) => subject.play.remove !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      for (const name of stage.feedsWith("remove")) {
        const [removed, kept] = yield* stage.play(name, 2)
        const host = yield* stage.host()
        yield* host.pull()
        yield* stage.hearAll(host)
        const refetched = new Set(host.refetched().map(({ id, partition }) => JSON.stringify([id, partition])))
        const item = yield* itemOf(host, removed!)
        yield* stage.act(`the removal of ${name} ${removed!.key}`, () => stage.subject.play.remove!(removed!))
        yield* stage.settle(host)
        yield* stage.hearAll(host)
        yield* ensure(isDeleted(host, item), `${name} ${removed!.key} was removed, and none of its records is deleted`)
        yield* ensureRead(host, [kept!])
        const other = yield* itemOf(host, kept!)
        yield* ensure(
          !isDeleted(host, other),
          `${name} ${kept!.key} counts as deleted, but ${removed!.key} was removed`
        )
        yield* host.ingest(name, item.partition, item.raw)
        yield* ensure(
          isDeleted(host, item),
          `${name} ${removed!.key} came back with an old reading: its tombstone's version must be that of the deletion`
        )
        yield* refetchGone(stage, host, name, refetched)
      }
    })
}

const isDeleted = (host: Host, { subjects }: Item): boolean => {
  const ledger = host.ledger()
  return subjects.some((named) => ledger.of(named)?.assembled._tag === "Deleted")
}

/** What webhooks asked to read again is gone now: `one` says so, and `gone` what to record. */
const refetchGone = (stage: Stage, host: Host, name: string, refetched: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const feed: Feed.Any | undefined = stage.connector.feeds.find((candidate) => candidate.name === name)
    const asked = host
      .refetched()
      .filter(({ refetch, id, partition }) => refetch === name && refetched.has(JSON.stringify([id, partition])))
    if (feed?.one === undefined || asked.length === 0) return
    const { one, gone } = feed
    const found = yield* Effect.forEach(asked, ({ id, partition = "all" }) =>
      Effect.map(host.use(one(id, partition)), (raw) => ({ id, raw: raw as unknown }))
    )
    const missing = found.find(({ raw }) => raw === undefined)
    if (missing === undefined) return yield* fail(`${name}: \`one\` still finds what was removed`)
    if (gone === undefined) return
    const parts = gone(missing.id, stage.subject.emulator.clock.now())
    yield* ensure(
      parts.some((part) => part.deleted === true),
      `${name}: \`gone\` of ${missing.id} gives no tombstone`
    )
  })

const merges: Check = {
  name: "records that the vendor merged are one subject",
  applies: (_, subject) => subject.play.merge !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      for (const name of stage.feedsWith("merge")) {
        const [a, b] = yield* stage.play(name, 2)
        const host = yield* stage.host()
        yield* host.pull()
        const [itemA, itemB] = [yield* itemOf(host, a!), yield* itemOf(host, b!)]
        yield* ensure(
          joined(host, itemA, itemB) === undefined,
          `${name} ${a!.key} and ${b!.key} are one subject before the vendor merged them`
        )
        const survivor = yield* stage.act(`a merge in ${name}`, () => stage.subject.play.merge!(a!, b!))
        yield* stage.settle(host)
        yield* stage.hearAll(host)
        const one = joined(host, itemA, itemB)
        if (one === undefined)
          return yield* fail(
            `${name} ${a!.key} and ${b!.key} were merged, and are two subjects still: name the \`former\` refs`
          )
        const live = yield* itemOf(host, survivor)
        const { assembled } = one
        yield* ensure(
          assembled._tag === "Whole" &&
            live.subjects.some(
              ({ ref }) => ref.kind === assembled.record.ref.kind && ref.id === assembled.record.ref.id
            ),
          `${name}: after the merge the record must stand at the survivor ${survivor.key}, it is ${JSON.stringify(assembled)}`
        )
        yield* Effect.forEach([itemA, itemB], (item) => host.ingest(name, item.partition, item.raw))
        yield* ensure(
          joined(host, itemA, itemB)?.assembled._tag === "Whole",
          `${name}: an old reading of a merged record splits or deletes the survivor`
        )
      }
    })
}

/** The entry that holds a subject of `a` and one of `b`; one that both told of all along does not count. */
const joined = (host: Host, a: Item, b: Item): Ledger.Entry | undefined => {
  const ledger = host.ledger()
  const nameOf = ({ subject, ref }: Ledger.Named) => `${subject} ${ref.kind} ${ref.id}`
  const shared = new Set(b.subjects.map(nameOf))
  const keys = new Set(b.subjects.map((named) => ledger.of(named)?.key))
  return a.subjects
    .filter((named) => !shared.has(nameOf(named)))
    .map((named) => ledger.of(named))
    .find((entry) => entry !== undefined && keys.has(entry.key))
}

export const recordChecks: ReadonlyArray<Check> = [
  pure,
  valid,
  yieldsWhatItSays,
  edits,
  olderLast,
  deletes,
  merges
].map((check) => ({
  ...check,
  applies: (connector, subject) => connector.feeds.length > 0 && check.applies(connector, subject)
}))
