import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Cast from "../../src/demo/Cast.ts"
import * as Demo from "../../src/demo/Demo.ts"
import * as PlayedDay from "../../src/demo/PlayedDay.ts"
import { entriesOf } from "../../src/demo/TimelineView.ts"
import { totalsOf } from "../../src/demo/Totals.ts"
import { folder, surroundings } from "../commandLine.ts"

const PLAY_WITHIN_MS = 150_000

/** What stands in shared channels when the day is over, by the label or the words. */
const lastWords = () => {
  const texts = new Map<string, { text: string; who: Cast.Name; where: Cast.ChannelName }>()
  const removed = new Set<string>()
  for (const { deed } of [...PlayedDay.morning, ...PlayedDay.afternoon]) {
    if (deed.does === "say") texts.set(deed.as ?? deed.text, deed)
    if (deed.does === "edit") texts.set(deed.message, { ...texts.get(deed.message)!, text: deed.text })
    if (deed.does === "delete") texts.delete(deed.message)
    if (deed.does === "remove entry") removed.add(deed.of)
  }
  const shared = [...texts].filter(([, { where }]) => where !== Cast.staffChannels.teamRoom)
  return {
    wanted: shared.filter(([label]) => !removed.has(label)).map(([, said]) => said),
    unwanted: [
      ...[...removed].map((label) => texts.get(label)!.text),
      ...[...texts.values()].filter(({ where }) => where === Cast.staffChannels.teamRoom).map(({ text }) => text),
      "for June",
      "rent 11",
      "should not stand here",
      "30 child helmets"
    ]
  }
}

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
        const { wanted, unwanted } = lastWords()
        const standing = Cast.customerNames.map((name) => ({
          name,
          texts: entriesOf(stage.hubspot, Cast.customerOf(name).email)
            .filter(({ ours }) => ours)
            .map(({ text }) => text)
        }))
        for (const { text, who } of wanted) {
          const on = standing.flatMap(({ name, texts }) =>
            texts.filter((one) => one.replace(" (edited)", "") === text).map(() => name)
          )
          expect([text, on]).toEqual([text, who in Cast.staff ? ["ada"] : [who]])
        }
        expect(standing.flatMap(({ texts }) => texts)).toHaveLength(wanted.length)
        for (const text of unwanted) expect(JSON.stringify(stage.hubspot.canonical())).not.toContain(text)

        const cards = stage.slack.canonical()
        expect(new Set(cards.map(({ key }) => key)).size).toBe(cards.length)
        expect(new Set(cards.map(({ channel }) => channel))).toEqual(new Set([Cast.staffChannels.cards]))

        const totals = totalsOf(status)
        expect(totals).toMatchObject({ due: 0, waiting: 0, held: 1, dropped: 0 })
        expect(totals.quarantined).toMatchObject([{ connection: "support", reason: "Malformed", count: 1 }])
        const shown = out.join("\n")
        expect(shown).toContain("interchannel approve crm")
        expect(shown).toContain("Ada Alder's timeline, as HubSpot holds it")
        expect(shown).toContain("Service contract")
      }),
    PLAY_WITHIN_MS
  )
})
