/**
 * One run from one seed. First the story under trouble, then calm; once all is quiet the systems are compared with the truth.
 * Then everything is edited once more, to see that what people's hands changed stays, and compared again.
 *
 *   begin ─► story and trouble ─► calm ─► quiet? ─► check ─► edit all ─► quiet? ─► check ─► forget, replay ─► quiet? ─► nothing written
 */
import { Connections, Dirty, Inbox, Leases, Projections, Quarantine, Store } from "@interchannel/store"
import { forgetLedger } from "@interchannel/store/testing"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Admin from "./Admin.ts"
import * as Canonical from "./Canonical.ts"
import * as Check from "./Check.ts"
import * as Company from "./Company.ts"
import * as Dice from "./Dice.ts"
import * as FieldCheck from "./FieldCheck.ts"
import * as FieldStory from "./FieldStory.ts"
import * as Fleet from "./Fleet.ts"
import * as Log from "./Log.ts"
import * as Messages from "./Messages.ts"
import type { Mutant } from "./Mutant.ts"
import * as Post from "./Post.ts"
import * as Story from "./Story.ts"
import * as Time from "./Time.ts"
import * as Trouble from "./Trouble.ts"
import { Turns } from "./Turns.ts"
import * as World from "./World.ts"

export interface Options {
  readonly seed: number
  /** Kinds of trouble that stay away. */
  readonly without?: ReadonlySet<Trouble.Kind>
  /** How many things people do. */
  readonly acts?: number
  readonly isLogged?: boolean
  readonly mutant?: Mutant
  /** No other trouble than this: the vendor is out of reach for a week, and the daemon starts cold after it; `none`: nor this. */
  readonly outage?: World.Source | "none"
}

export interface Outcome {
  readonly seed: number
  /** Empty: all that must be true is. */
  readonly problems: ReadonlyArray<string>
  readonly trouble: Trouble.Trouble
  readonly events: number
  readonly log: ReadonlyArray<string>
  /** What the systems hold and who is who, in the end. */
  readonly canonical: ReadonlyArray<string>
}

const START = Date.UTC(2026, 0, 5, 9)
const STORY_MS = 45_000
const ACTS = 28
/** Longer than any feed waits before it looks at everything again. */
const QUIET_MS = 28_000
const LOOK_MS = 5_000
const CALM_MAX_MS = 45 * 60_000

export const run = async (options: Options): Promise<Outcome> => {
  const scope = await Effect.runPromise(Scope.make())
  try {
    const store = await Effect.runPromise(Layer.buildWithScope(Store.layerTemporary, scope))
    return await play(options, store)
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const play = async (
  { seed, without, acts = ACTS, isLogged = false, mutant, outage }: Options,
  store: Context.Context<Store.Services>
): Promise<Outcome> => {
  const time = Time.make(START)
  const turns = new Turns()
  const log = Log.make(time.now, isLogged)
  const trouble = Trouble.make(seed, { without: outage === undefined ? without : allKinds, always: mutant?.needs })
  const town = Dice.make(seed, "town")
  // Who a person is counted as depends on who came first, so a rebuilt ledger would ask for other records.
  const isRebuilt = town.chance(REBUILDS)
  const size = town.between(3, 6)
  const isPlain = outage !== undefined
  const aliased = town.chance(ALIASES) && !isPlain ? town.between(0, size - 1) : undefined
  const [keeping, saying] = [Dice.make(seed, "fields"), Dice.make(seed, "messages")]
  const world = World.make({
    now: time.now,
    size,
    // A rebuilt ledger has every word of the helpdesk pass by again.
    keepsFields: !isPlain && !isRebuilt && (keeping.chance(FIELDS) || mutant?.in === "fields"),
    saysMessages: !isPlain && (saying.chance(MESSAGES) || mutant?.in === "messages"),
    // Nor does a record of the one help the other, who is not known to be the same yet.
    createsRecords: !isRebuilt && !isPlain && aliased === undefined,
    aliased
  })
  const fleet = Fleet.make({ seed, time, turns, log, trouble, world, store, mutant })
  const post = Post.make({
    time,
    trouble,
    log,
    dice: Dice.make(seed, "post"),
    door: fleet.door,
    isDown: (connection) => world.down.has(connection)
  })
  const admin = Admin.make({ time, log, store, newest: fleet.newest, isStopped: fleet.isStopped })
  const telling: Story.Telling = { world, time, post, log, dice: Dice.make(seed, "story"), leavesOurs: isPlain }
  const clock = Time.clock(
    time,
    () => 0,
    (wake) => wake()
  )
  const look = <A>(effect: Effect.Effect<A, unknown, Store.Services>): Promise<A> =>
    Effect.runPromise(effect.pipe(Effect.withClock(clock), Effect.provide(store)) as Effect.Effect<A>)
  let events = 0
  const until = async (isDone: () => boolean | Promise<boolean>): Promise<void> => {
    await turns.settle()
    while (!(await isDone())) {
      if (!time.step()) throw new Error("nothing is to come any more")
      events += 1
      await turns.settle()
    }
  }
  const quiet = makeQuiet(time, world, {
    look,
    isAlive: fleet.isAlive,
    open: () => [...post.waiting(), ...admin.open()]
  })
  const problems: Array<string> = []
  const check = async (when: string, fields = FieldCheck.world, isOver = false) => {
    const found = [
      ...(await quiet(until)),
      ...Check.world(world),
      ...(await look(accounts(world))),
      ...fields(world, await look(FieldStory.questions)),
      ...(await look(Messages.check(world, isOver)))
    ]
    log.say("check", () => `${when}: ${found.length} problems`)
    problems.push(...found.map((problem) => `${when}: ${problem}`))
    return found.length === 0
  }

  await look(install)
  Story.begin(telling)
  const fields: FieldStory.Telling = { ...telling, dice: keeping }
  if (world.keepsFields) FieldStory.begin(fields)
  world.isMappingWrong = town.chance(WRONG_MAPPINGS) && !isPlain
  fleet.launch(0)
  const schedule = Dice.make(seed, "schedule")
  if (world.isMappingWrong) {
    time.after(schedule.between(20_000, STORY_MS), () => {
      world.isMappingWrong = false
      fleet.renew()
      for (const connection of ["chat", "chat-b"]) admin.wish(Admin.replay(connection))
    })
  }
  const storyMs = STORY_MS + fleet.trouble(STORY_MS)
  if (!isPlain) Story.speak({ ...telling, dice: Dice.make(seed, "words") }, admin, storyMs)
  if (world.keepsFields) FieldStory.live(fields, 3_000, storyMs)
  if (world.saysMessages) Messages.speak({ world, dice: saying, time }, admin, storyMs)
  for (let index = 0; index < acts; index++) time.after(schedule.between(3_000, storyMs), () => Story.act(telling))
  const isOut = outage !== undefined && outage !== "none"
  if (isOut) time.after(OUTAGE_FROM_MS, () => world.down.add(outage))
  await until(() => time.now() >= START + storyMs)
  if (isOut) {
    fleet.stop()
    World.forgetJournals(world)
    fleet.launch(WEEK_MS)
    await until(() => fleet.newest() !== undefined)
  }
  fleet.calm()
  if (await check("after the story")) {
    if (isRebuilt || town.chance(EDITS) || mutant !== undefined || world.keepsFields || world.saysMessages) {
      for (const office of Object.values(world.offices)) office.isRead = true
      Story.editAll(telling)
      if (world.saysMessages) admin.wish(Messages.settle(world))
      if (world.keepsFields) {
        admin.wish(FieldStory.answer(fields))
        FieldStory.sayAnew(fields, ["filled", "latest", "seen"])
        world.hasSpokenLast = true
      }
      await check("after everything was edited", FieldCheck.world, true)
    }
    if (world.keepsFields && problems.length === 0 && keeping.chance(TAKEN_BACK)) await takeBack()
    if (isRebuilt && problems.length === 0) problems.push(...(await rebuild()))
  }
  const canonical = await look(Canonical.of(world))
  fleet.stop()
  await turns.settle()
  return { seed, problems, trouble, events, log: log.lines(), canonical }

  async function takeBack(): Promise<void> {
    const stood = FieldCheck.histories(world)
    admin.wish(Admin.undo(world))
    await until(() => admin.open().length === 0)
    FieldStory.sayAnew(fields, FieldStory.names)
    await check("after all was taken back", () => FieldCheck.undone(world, stood), true)
  }

  async function rebuild(): Promise<ReadonlyArray<string>> {
    fleet.stop()
    await turns.settle()
    const before = await look(projectionsNow)
    const writes = writesOf(world)
    await look(Effect.zipRight(forgetLedger, reopenAll))
    log.say("check", () => "the ledger is forgotten, everything is read again")
    fleet.launch(0)
    const unrest = await quiet(until)
    const after = await look(projectionsNow)
    return [
      ...unrest.map((problem) => `rebuilt: ${problem}`),
      ...(writesOf(world) === writes
        ? []
        : [`rebuilt: ${writesOf(world) - writes} writes, though nothing had changed`]),
      ...[...after]
        .filter(([key, row]) => (before.get(key) ?? "nothing") !== row)
        .map(([key, row]) => `rebuilt: ${key} was ${before.get(key)}, is ${row}`)
    ]
  }
}

const allKinds = new Set(Trouble.kinds)
const OUTAGE_FROM_MS = 15_000
const WEEK_MS = 7 * 86_400_000
/** Share of runs in which a customer writes from two addresses. */
const ALIASES = 0.25
/** Share of the other runs in which everything is edited once more. */
const EDITS = 0.3
/** Shares of runs in which fields are kept, in which messages are said. */
const FIELDS = 0.25
const MESSAGES = 0.15
/** Share of those with fields in which all is taken back in the end. */
const TAKEN_BACK = 0.5
/** Share of runs that end with a rebuilt ledger. */
const REBUILDS = 0.25
/** Share of runs in which a mapping is wrong at first, and what it spoiled is replayed once it is mended. */
const WRONG_MAPPINGS = 0.2

const writesOf = ({ offices, chats }: World.World): number =>
  offices.crm.writes + offices.desk.writes + chats.chat.writes

const install = Effect.gen(function* () {
  const connections = yield* Connections.Connections
  for (const id of Company.writable) {
    yield* connections.install(id, id, START)
    yield* connections.update(id, { mode: "live" })
  }
})

const reopenAll = Effect.gen(function* () {
  const inbox = yield* Inbox.Inbox
  for (const { connection } of yield* inbox.counts) yield* inbox.reopen({ connection })
})

const PROJECTIONS_MAX = 10_000

/**
 * What is wanted where, apart from when it was wanted. A person's hand may be seen again in what is read again; and an entry
 * that waits for a record stands nowhere, like one that was taken back.
 */
const projectionsNow = Effect.gen(function* () {
  const projections = yield* Projections.Projections
  const rows = yield* Effect.forEach(Company.writable, (destination) =>
    projections.list({ destination, after: "", limit: PROJECTIONS_MAX })
  )
  return new Map(
    rows
      .flat()
      .filter(({ state }) => state !== "held")
      .map(({ key, state, desired, records }) => {
        const isNowhere = desired === undefined || state === "waiting" || state === "dropped"
        return [key, isNowhere ? "nothing" : `${desired} on ${records.join()}`]
      })
  )
})

/** What was accepted was processed or is in quarantine, and only what belongs there is. */
const accounts = (world: World.World) =>
  Effect.gen(function* () {
    const counts = yield* (yield* Inbox.Inbox).counts
    const asides = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: PROJECTIONS_MAX })
    const items = asides.filter(({ kind }) => kind === "item")
    const quarantined = counts.reduce((sum, one) => sum + one.quarantined, 0)
    const isBroken = world.happenings.some(({ broken }) => broken)
    return [
      ...counts
        .filter(({ pending }) => pending > 0)
        .map(({ connection, pending }) => `${connection}: ${pending} items were never looked at`),
      ...(items.length === quarantined
        ? []
        : [`${quarantined} items are set aside, ${items.length} are in quarantine`]),
      ...(items.length === 0 || isBroken ? [] : [`set aside without need: ${items[0]!.detail}`]),
      ...asides
        .filter(
          ({ kind, detail, reason }) => kind !== "item" && !detail.includes("refused") && reason !== "OutcomeUnknown"
        )
        .map(({ kind, subject, detail }) => `${kind} ${subject} is in quarantine: ${detail}`)
    ]
  })

interface Seen {
  readonly look: <A>(effect: Effect.Effect<A, unknown, Store.Services>) => Promise<A>
  readonly isAlive: (process: string) => boolean
  /** What is under way outside the store. */
  readonly open: () => ReadonlyArray<string>
}

/** Nothing is left to do, and nothing was done for so long that every feed has looked at everything again. */
const makeQuiet =
  (time: Time.Time, world: World.World, { look, isAlive, open }: Seen) =>
  async (until: (isDone: () => Promise<boolean>) => Promise<void>): Promise<ReadonlyArray<string>> => {
    const began = time.now()
    let looked = time.now()
    let state = ""
    let since = time.now()
    await until(async () => {
      if (time.now() > began + CALM_MAX_MS) return true
      if (time.now() < looked + LOOK_MS) return false
      looked = time.now()
      const work = await look(workLeft(isAlive))
      const next = `${open().join()} ${writesOf(world)} ${JSON.stringify(work)}`
      if (next !== state || open().length > 0 || work.open > 0) since = time.now()
      state = next
      return time.now() >= since + QUIET_MS
    })
    return time.now() <= began + CALM_MAX_MS ? [] : [`it never becomes quiet: ${state}`]
  }

const workLeft = (isAlive: Seen["isAlive"]) =>
  Effect.gen(function* () {
    const counts = yield* (yield* Inbox.Inbox).counts
    const tally = yield* (yield* Projections.Projections).tally
    const pending = counts.reduce((sum, one) => sum + one.pending, 0)
    const due = tally.filter(({ state }) => state === "due").reduce((sum, { count }) => sum + count, 0)
    const dirty = yield* (yield* Dirty.Dirty).count
    // What a process held that died on another machine is nobody's until its time is up.
    const orphaned = (yield* (yield* Leases.Leases).holders).filter(({ holder }) => !isAlive(holder.split("/").at(-1)!))
    return {
      open: pending + due + dirty + orphaned.length,
      accepted: counts.map(({ done, quarantined }) => done + quarantined),
      tally
    }
  })
