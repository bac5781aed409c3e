/** A CRM whose records have fields, and a chat whose profiles say what could stand there. */
import { Projections, Reviews } from "@interchannel/store"
import { Clock, Effect, TestClock } from "effect"
import type { DestinationOptions } from "../../src/configuration/Configuration.ts"
import type { FieldQuestion } from "../../src/fields/FieldQuestion.ts"
import { type CrmRecord, setFields } from "../sampleVendors/crmWorld.ts"
import { START, world } from "../stages.ts"

type Fields = NonNullable<DestinationOptions["fields"]>

const ana = { id: "1", email: "ana@example.com", createdAt: START, updatedAt: START }
const saying = (profile: object, at: number) => ({
  id: `m${at}`,
  at,
  from: "ana",
  email: "ana@example.com",
  text: "hello",
  profile: { ...profile, at }
})

/** A CRM that keeps the field `job`, which the chat's profiles have as `title`. */
export const crmWith = (fields: Fields, values?: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const all = yield* world({ crm: { destination: { fields, timeline: false } } })
    const { chatState, crmState, turn } = all
    crmState.records.push({ ...ana, ...(values === undefined ? {} : { values }) })
    /** Half a second from now; a turn is two seconds. */
    const soon = Effect.map(Clock.currentTimeMillis, (now) => now + 500)
    const tell = (profile: object) =>
      Effect.map(soon, (at) => void chatState.messages.splice(0, chatState.messages.length, saying(profile, at)))
    const say = (title: string) => Effect.zipRight(tell({ title }), turn)
    const byHand = (set: Readonly<Record<string, string | null>>) =>
      Effect.map(soon, (at) => setFields(crmState, "1", set, at + 500))
    const toDispatch = Effect.all([TestClock.adjust("2 seconds"), all.pull, all.normalize, all.plan], { discard: true })
    const job = () => (crmState.records[0] as CrmRecord).values?.["job"]
    const receipts = Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const rows = yield* projections.list({ destination: "crm", after: "", limit: 9 })
      const found = yield* Effect.forEach(rows, ({ key }) => projections.receipts(key))
      return found.flat()
    })
    const questions = Effect.gen(function* () {
      const open = yield* (yield* Reviews.Reviews).list({ after: "", limit: 9 })
      return open.map(({ body }) => body as FieldQuestion)
    })
    return { ...all, tell, say, byHand, toDispatch, job, receipts, questions }
  })
