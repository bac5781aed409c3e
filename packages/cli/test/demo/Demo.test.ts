import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Cast from "../../src/demo/Cast.ts"
import * as Demo from "../../src/demo/Demo.ts"
import * as PlayedDay from "../../src/demo/PlayedDay.ts"
import { totalsOf } from "../../src/demo/Totals.ts"
import { folder, surroundings } from "../commandLine.ts"

const PLAY_WITHIN_MS = 300_000

/** What stands in shared channels when the day is over, by the label or the words. */
const lastWords = () => {
  const texts = new Map<string, { text: string; who: Cast.Name; where: Cast.ChannelName }>()
  const removed = new Set<string>()
  for (const { deed } of [...PlayedDay.morning, ...PlayedDay.afternoon]) {
    if (deed.does === "say") texts.set(deed.as ?? deed.text, deed)
    if (deed.does === "edit") texts.set(deed.message, { ...texts.get(deed.message)!, text: deed.text })
    if (deed.does === "delete") texts.delete(deed.message)
    if (deed.does === "remove entry") removed.add(deed.words)
  }
  return [...texts.values()].filter(({ text, where }) => where !== Cast.staffChannels.teamRoom && !removed.has(text))
}

/** Texts of staff among themselves, and what somebody took back. */
const unwanted = [
  ...PlayedDay.morning.flatMap(({ deed }) =>
    deed.does === "say" && deed.where === Cast.staffChannels.teamRoom ? deed.text : []
  ),
  "should not stand here"
]

/** The entries of calls, mails, texts and meetings, beside those of chats. */
const BESIDE_CHATS = { call: 5, email: 11, communication: 3, meeting: 1 } as const

describe("the played day", () => {
  it.scopedLive(
    "ends with each customer's words on their own record: once, as last said, and nothing else",
    () =>
      Effect.gen(function* () {
        const out: Array<string> = []
        const place = yield* folder
        const { stage, status } = yield* Demo.play(place).pipe(
          Effect.provide(surroundings(place, out)),
          Effect.provide(Logger.minimumLogLevel(LogLevel.None))
        )
        const standing = stage.standing(status)
        expect(PlayedDay.caught(standing)).toEqual([])

        const ours = standing.entries.filter((entry) => entry.ours)
        const wanted = lastWords()
        for (const { text, who } of wanted) {
          const on = ours.filter((entry) => entry.text.includes(text)).map((entry) => entry.on)
          expect([text, on]).toEqual([text, [[who in Cast.staff ? "ada" : who]]])
        }
        const counted = Object.fromEntries(
          Object.keys(BESIDE_CHATS).map((type) => [type, ours.filter((entry) => entry.type === type).length])
        )
        expect(counted).toEqual(BESIDE_CHATS)
        expect(ours.filter(({ type }) => type === "note")).toHaveLength(wanted.length)
        for (const text of unwanted) expect(JSON.stringify(stage.canonical())).not.toContain(text)

        const cards = stage.chat.slack.canonical()
        expect(new Set(cards.map(({ key }) => key)).size).toBe(cards.length)
        expect(new Set(cards.map(({ channel }) => channel))).toEqual(new Set([Cast.staffChannels.cards]))

        const totals = totalsOf(status)
        // A call from a telephone that two share waits until somebody knows whose it was.
        expect(totals).toMatchObject({ due: 0, waiting: 1, held: 1, dropped: 0 })
        expect(totals.quarantined).toMatchObject([{ connection: "support", reason: "Malformed", count: 1 }])
        const shown = out.join("\n")
        expect(shown).toContain("interchannel approve crm")
        expect(shown).toContain("Ada Alder's timeline, as HubSpot holds it")
        expect(shown).toContain("Service contract")
        expect(shown).toContain(`${PlayedDay.traps.length} traps, and nobody fell into one`)
      }),
    PLAY_WITHIN_MS
  )
})
