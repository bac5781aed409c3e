/** What suites ask of Projections, in few words. */
import * as Effect from "effect/Effect"
import { Projections } from "../../src/index.ts"

export const wanted = (key: string, more: Partial<Projections.Desired> = {}): Projections.Desired => ({
  key,
  destination: "crm",
  verb: "AppendTimeline",
  subject: `subject of ${key}`,
  desired: "v1",
  records: ["c1"],
  state: "due",
  dueAt: 0,
  lane: 0,
  at: 0,
  ...more
})
export const delivered = (key: string, more: object = {}): Projections.Outcome => ({
  _tag: "Delivered",
  key,
  desired: "v1",
  records: ["c1"],
  ref: { kind: "note", id: `n-${key}` },
  ...more
})
export const stateOf = (key: string) =>
  Effect.flatMap(Projections.Projections, (projections) =>
    Effect.map(projections.get([key]), (rows) => rows.get(key)?.state)
  )
export const dueKeys = (options: Partial<Parameters<Projections.Projections["Type"]["due"]>[0]> = {}) =>
  Effect.flatMap(Projections.Projections, (projections) =>
    Effect.map(projections.due({ destination: "crm", now: 0, limit: 99, ...options }), (rows) =>
      rows.map(({ key }) => key)
    )
  )
export const { absent, present } = { absent: undefined, present: "v1" }
export const withDesired = (key: string, desired: string | undefined, more: Partial<Projections.Desired> = {}) => {
  const { desired: _, ...rest } = wanted(key, more)
  return desired === undefined ? rest : { ...rest, desired }
}
