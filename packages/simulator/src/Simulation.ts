/**
 * One run from one seed. First the story under trouble, then calm; once all is quiet the systems are compared with the truth.
 * Then everything is edited once more, to see that what people's hands changed stays, and compared again.
 *
 *   begin ─► story and trouble ─► calm ─► quiet? ─► check ─► edit all ─► quiet? ─► check ─► forget, replay ─► quiet? ─► nothing written
 */
import { Connections, Inbox, Store } from "@interchannel/store"
import { forgetLedger } from "@interchannel/store/testing"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Admin from "./Admin.ts"
import * as Books from "./Books.ts"
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
import * as Quiet from "./Quiet.ts"
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
  const quiet = Quiet.make(time, world, {
    look,
    isAlive: fleet.isAlive,
    open: () => [...post.waiting(), ...admin.open()]
  })
  const problems: Array<string> = []
  const check = async (when: string, fields = FieldCheck.world, isOver = false) => {
    const found = [
      ...(await quiet(until)),
      ...Check.world(world),
      ...(await look(Books.accounts(world))),
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
    const before = await look(Books.wanted)
    const writes = World.writesOf(world)
    await look(Effect.zipRight(forgetLedger, reopenAll))
    log.say("check", () => "the ledger is forgotten, everything is read again")
    fleet.launch(0)
    const unrest = await quiet(until)
    const after = await look(Books.wanted)
    return [
      ...unrest.map((problem) => `rebuilt: ${problem}`),
      ...(World.writesOf(world) === writes
        ? []
        : [`rebuilt: ${World.writesOf(world) - writes} writes, though nothing had changed`]),
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
