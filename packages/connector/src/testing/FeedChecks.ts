/** Reading: every item once, whatever happens between two pages. */
import * as Effect from "effect/Effect"
import { always, type Check, difference, ensure, fail } from "./Check.ts"
import type { Host } from "./Host.ts"
import * as Faults from "./Faults.ts"
import * as Ledger from "./Ledger.ts"
import { PAGES_MAX } from "./reading.ts"
import { eachFeed, enoughOf, ensureAlike, ensureRead, itemOf, playAll, type Stage } from "./Stage.ts"
import { has, pageItemsOf, type Subject } from "./Subject.ts"

const readsAll: Check = {
  name: "a feed reads every item, over several pages",
  applies: always,
  run: eachFeed((stage, name) =>
    Effect.gen(function* () {
      const played = yield* stage.play(name, enoughOf(stage.subject, name))
      const host = yield* stage.host()
      yield* host.pull([name])
      yield* ensureRead(host, played)
      const pageItems = pageItemsOf(stage.subject, name)
      yield* ensure(
        !Number.isFinite(pageItems) || host.continued(name) > 0,
        `${name} was read in one page: start the stand-in with pages of ${pageItems} items, or say in \`pageItems\` that the vendor does not page`
      )
      const aside = host.quarantine()[0]
      yield* ensure(aside === undefined, () => `a good item of ${aside?.source} was set aside: ${aside?.detail}`)
    })
  )
}

const resumes: Check = {
  name: "a feed goes on from every checkpoint, also when a page was read and not kept",
  applies: always,
  run: eachFeed((stage, name) =>
    Effect.gen(function* () {
      const played = yield* stage.play(name, enoughOf(stage.subject, name))
      const straight = yield* stage.host()
      yield* straight.pull([name])
      const restarted = yield* pullRestarting(stage, name)
      yield* ensureRead(restarted, played)
      yield* ensureAlike(straight, restarted, `${name}: after a restart at every checkpoint`)
    })
  )
}

/** A new host and a new api for every page. */
const pullRestarting = (stage: Stage, name: string) =>
  Effect.gen(function* () {
    let host = yield* stage.host({ hesitant: true })
    for (const partition of yield* host.partitions(name)) {
      let pages = 0
      while ((yield* host.step(name, partition)) !== "waiting") {
        if (++pages > PAGES_MAX) yield* fail(`${name} does not end after ${PAGES_MAX} pages when it is resumed`)
        host = yield* stage.host({ hesitant: true, saved: host.save() })
      }
    }
    return host
  })

type Disturb = (items: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
const asTheyAre: Disturb = (items) => items

const disturbed: Check = {
  name: "items that come twice, or in another order, change nothing",
  applies: always,
  run: eachFeed((stage, name) =>
    Effect.gen(function* () {
      const played = yield* stage.play(name, enoughOf(stage.subject, name))
      const straight = yield* stage.host()
      yield* straight.pull([name])
      const tried: ReadonlyArray<readonly [string, Faults.Fault | undefined, Disturb]> = [
        ["with every item twice", undefined, (items) => [...items, ...items]],
        ["with pages in reverse", undefined, (items) => [...items].reverse()],
        ["with the vendor repeating items", Faults.duplicate(), asTheyAre],
        ["with the vendor in another order", Faults.reorder(), asTheyAre]
      ]
      for (const [when, fault, disturb] of tried) {
        const { faults } = stage.subject.emulator
        if (fault !== undefined) faults.during("*", fault)
        const host = yield* stage.host({ disturb })
        yield* host.pull([name])
        faults.clear()
        yield* ensureRead(host, played)
        yield* ensureAlike(straight, host, `${name}: ${when}`)
      }
    })
  )
}

const readAgain: Check = {
  name: "reading again changes nothing and makes no new keys",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* playAll(stage)
      const host = yield* stage.host()
      yield* host.pull()
      const before = Ledger.canonical(host.ledger())
      const keys = keysOf(stage, host)
      yield* stage.settle(host)
      const differs = difference(before, Ledger.canonical(host.ledger()))
      yield* ensure(differs === undefined, () => `after a second reading, the ledger differs: ${differs}`)
      const other = difference(keys, keysOf(stage, host))
      yield* ensure(other === undefined, () => `after a second reading, the item keys differ: ${other}`)
    })
}

const keysOf = (stage: Stage, host: Host): ReadonlyArray<string> =>
  stage.connector.feeds
    .flatMap(({ name }) => host.items(name).map(({ partition, key }) => `${name} ${partition} ${key}`))
    .sort()

const lateReply: Check = {
  name: "a late reply is found, and belongs where it was made",
  applies: (connector, subject) => connector.feeds.some(({ name }) => has(subject, "reply", name)),
  run: (stage) =>
    Effect.gen(function* () {
      const { reply } = stage.subject.play
      for (const name of stage.feedsWith("reply")) {
        const feed = stage.connector.feeds.find((candidate) => candidate.name === name)
        const [parent] = yield* stage.play(name, 1)
        const host = yield* stage.host()
        yield* host.pull()
        if (feed?.shape === "window") stage.subject.emulator.clock.advance(feed.overlapMs + feed.cadenceMs)
        yield* host.pull()
        for (let round = 1; round <= REPLIES; round++) {
          const late = yield* stage.act(`reply ${round} to ${name}`, () => reply!(parent!))
          yield* stage.settle(host)
          yield* ensureRead(host, [late])
          const { partition, subjects } = yield* itemOf(host, late)
          const home = yield* itemOf(host, parent!)
          yield* ensure(
            partition === home.partition,
            `the reply to ${name} ${parent!.key} was read in partition ${partition}, not ${home.partition}`
          )
          yield* ensure(subjects.length > 0, `the reply ${late.key} of ${name} tells nothing`)
        }
      }
    })
}
/** The second one tells a fingerprint that changes from one that is merely there. */
const REPLIES = 2

const oneInstant: Check = {
  name: "items of the very same instant are all read",
  applies: (connector, subject) => connector.feeds.some(({ name }) => has(subject, "manyAtOneInstant", name)),
  run: (stage) =>
    Effect.gen(function* () {
      for (const name of stage.feedsWith("manyAtOneInstant")) yield* readAtOneInstant(stage, name)
    })
}

const readAtOneInstant = (stage: Stage, name: string) =>
  Effect.gen(function* () {
    const n = enoughOf(stage.subject, name)
    const host = yield* stage.host()
    yield* host.pull()
    const before = host.items(name).length
    yield* stage.act(`${n} items of ${name} at one instant`, () => stage.subject.play.manyAtOneInstant!(name, n))
    yield* stage.settle(host)
    const added = host.items(name).length - before
    yield* ensure(added === n, `${added} of ${n} items of ${name} that carry the same time were read`)
  })

const caps: Check = {
  name: "a vendor that stops at a number of results is read whole",
  applies: (_, subject) => (subject.capped ?? []).length > 0,
  run: (stage) =>
    Effect.gen(function* () {
      const { subject } = stage
      for (const name of subject.capped ?? []) {
        const n = enoughOf(subject, name)
        const cap = Faults.cap(Number.isFinite(pageItemsOf(subject, name)) ? pageItemsOf(subject, name) : 2)
        const played = yield* stage.play(name, n)
        const end = subject.emulator.faults.during("*", cap)
        const host = yield* stage.host()
        yield* host.pull([name])
        end()
        yield* ensureRead(host, played)
        if (!has(subject, "manyAtOneInstant", name)) continue
        const again = subject.emulator.faults.during("*", cap)
        yield* readAtOneInstant(stage, name)
        again()
      }
    })
}

const partitionsApart: Check = {
  name: "an item is read in its own partition only",
  applies: (connector) => connector.feeds.some(({ partitions }) => partitions !== undefined),
  run: (stage) =>
    Effect.gen(function* () {
      const partitioned = stage.connector.feeds.filter(({ partitions }) => partitions !== undefined)
      const host = yield* stage.host()
      for (const { name } of partitioned) {
        const played = yield* stage.play(name, enoughOf(stage.subject, name))
        yield* stage.settle(host)
        const all = yield* host.partitions(name)
        yield* ensure(
          all.length > 1,
          `${name} has partitions, but the first account lists only ${all.length}: give the stand-in two, so that they can be told apart`
        )
        yield* ensure(new Set(all).size === all.length, `${name} lists a partition twice: ${all.join(", ")}`)
        for (const { key } of played) {
          const readIn = host.items(name).filter((item) => item.key === key)
          yield* ensure(
            readIn.length === 1,
            `${name} ${key} was read in ${readIn.length} partitions: ${readIn.map(({ partition }) => partition).join(", ")}`
          )
        }
      }
    })
}

const badItems: Check = {
  name: "a bad item is set aside and the rest of the page goes on",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      const { subject, connector } = stage
      const host = yield* stage.host()
      for (const { name } of connector.feeds) {
        for (const junk of JUNK) {
          const before = host.quarantine().length
          yield* host.ingest(name, "all", junk)
          const junkItem = host.items(name).some(({ raw }) => raw === junk)
          yield* ensure(
            host.quarantine().length > before && !junkItem,
            `${name} takes ${JSON.stringify(junk)} for an item: its schema demands nothing`
          )
        }
        if (!has(subject, "badItem", name)) continue
        const first = yield* stage.play(name, 1)
        const before = host.quarantine().length
        yield* stage.act(`a bad item of ${name}`, () => subject.play.badItem!(name))
        const second = yield* stage.play(name, 1)
        yield* stage.settle(host)
        yield* ensureRead(host, [...first, ...second])
        yield* ensure(host.quarantine().length > before, `the bad item of ${name} was not set aside`)
      }
    })
}
const JUNK: ReadonlyArray<unknown> = [null, 7, "text", [], {}]

const gated: Check = {
  name: "every call to the vendor goes through the Gate",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* playAll(stage)
      const { log } = stage.subject.emulator
      const before = log.length
      const host = yield* stage.host()
      yield* host.pull()
      yield* host.use(stage.connector.check)
      const called = log.length - before
      yield* ensure(
        called <= host.gated().length,
        `${called} requests reached the vendor, but ${host.gated().length} went through the Gate: ${[...new Set(log.slice(before).map(({ operation }) => operation))].join(", ")}`
      )
    })
}

export const feedChecks: ReadonlyArray<Check> = [
  readsAll,
  resumes,
  disturbed,
  readAgain,
  lateReply,
  oneInstant,
  caps,
  partitionsApart,
  badItems,
  gated
].map((check) => ({
  ...check,
  applies: (connector, subject: Subject) => connector.feeds.length > 0 && check.applies(connector, subject)
}))
