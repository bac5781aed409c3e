/** Single fields of records that stand there already: read as they are, set without touching another. */
import type { LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as RecordFields from "../RecordFields.ts"
import { type Check, ensure, fail } from "./Check.ts"
import type { Host } from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import { shown } from "./secrets.ts"
import type { Stage } from "./Stage.ts"
import type { FieldPlay } from "./Subject.ts"

const reads: Check = {
  name: "a field is read as it stands at that moment, and set without touching another",
  applies: (connector) => fieldsOf(connector) !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      const { host, fields, play } = yield* trialOf(stage)
      const ref = play.record()
      const [full, empty] = play.names
      const one = (change: RecordFields.Change["set"]) => set(host, fields, ref, change)
      const first = yield* read(host, fields, ref, play.names)
      yield* stands(first, full, play.stands(ref)[full])
      yield* stands(first, empty, undefined)
      play.edit(ref, full, play.text(1))
      yield* stands(yield* read(host, fields, ref, play.names), full, play.text(1))
      const before = play.stands(ref)
      yield* stands(yield* one({ [empty]: play.text(2) }), empty, play.text(2))
      yield* same({ ...before, [empty]: play.text(2) }, play.stands(ref), `after \`${empty}\` was set`)
      yield* one({ [empty]: play.text(2) })
      yield* same({ ...before, [empty]: play.text(2) }, play.stands(ref), `after \`${empty}\` was set once more`)
      yield* stands(yield* one({ [empty]: null }), empty, undefined)
      yield* same(before, play.stands(ref), `after \`${empty}\` was emptied`)
    })
}

const gone: Check = {
  name: "fields of a record that is gone are Gone, and those of the others are answered",
  applies: (connector) => fieldsOf(connector) !== undefined,
  run: (stage) =>
    Effect.gen(function* () {
      const { host, fields, play } = yield* trialOf(stage)
      const [there, away] = [play.record(), play.record()]
      play.deleteByHand(away)
      const [, empty] = play.names
      const asked = [away, there].map((ref) => ({ ref, names: [empty] }))
      yield* onlyFirstIsGone(yield* host.use(fields.read(asked)), "`fields.read`")
      const changes = [away, there].map((ref) => ({ ref, set: { [empty]: play.text(3) } }))
      yield* onlyFirstIsGone(yield* host.use(fields.write(changes)), "`fields.write`")
      yield* ensure(
        play.stands(there)[empty] === play.text(3),
        "a record that is gone keeps `fields.write` from writing the others"
      )
    })
}

export const fieldChecks: ReadonlyArray<Check> = [reads, gone]

// ---------------------------------------------------------------------------------------------------------------------

type Fields = RecordFields.RecordFields<unknown>

const fieldsOf = (connector: Stage["connector"]): Fields | undefined =>
  connector.actions.flatMap((action) => (action.verb === "UpsertContact" ? (action.fields ?? []) : []))[0] as
    | Fields
    | undefined

const trialOf = (stage: Stage) =>
  Effect.gen(function* () {
    const host = yield* stage.host()
    if (stage.connector.prepare !== undefined) yield* host.use(stage.connector.prepare)
    const play: FieldPlay | undefined = stage.subject.fields
    const fields = fieldsOf(stage.connector)
    if (play === undefined || fields === undefined) return yield* fail("the Subject has no `fields` to try them on")
    return { host, fields, play }
  })

const read = (host: Host, fields: Fields, ref: LocalRef, names: ReadonlyArray<string>) =>
  Effect.flatMap(host.use(fields.read([{ ref, names }])), (answers) => only(answers, "`fields.read`"))

const set = (host: Host, fields: Fields, ref: LocalRef, change: RecordFields.Change["set"]) =>
  Effect.flatMap(host.use(fields.write([{ ref, set: change }])), (answers) => only(answers, "`fields.write`"))

const only = (answers: RecordFields.Answers, what: string) => {
  const [answer] = answers
  if (answer === undefined || answers.length > 1) return fail(`${what} of one record gave ${answers.length} answers`)
  return Either.isRight(answer) ? Effect.succeed(answer.right) : fail(`${what} failed: ${answer.left.message}`)
}

const stands = (standings: RecordFields.Standings, name: string, expected: string | undefined) =>
  ensure(
    standings[name]?.value === expected,
    () => `\`${name}\` is told as ${shown(standings[name]?.value)} where ${shown(expected)} stands`
  )

const same = (expected: unknown, actual: unknown, when: string) =>
  ensure(
    Ledger.sortedJson(expected) === Ledger.sortedJson(actual),
    () => `${when}, the record is ${Ledger.sortedJson(actual)} instead of ${Ledger.sortedJson(expected)}`
  )

const onlyFirstIsGone = (answers: RecordFields.Answers, what: string) => {
  const [first, second] = answers
  const isGone = first !== undefined && Either.isLeft(first) && first.left.reason._tag === "Gone"
  return ensure(
    answers.length === 2 && isGone && second !== undefined && Either.isRight(second),
    () => `${what} of a record that is gone and of one that is there gave ${shown(answers)}`
  )
}
