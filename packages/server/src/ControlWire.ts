/**
 * The control endpoint's words: `POST /control/<operation>` with the arguments as JSON, answered by the value or by the
 * error as data. Both ends are built from the one table here.
 */
import { VendorRef } from "@interchannel/domain"
import { type Control, ControlError } from "@interchannel/runtime"
import { StoreError } from "@interchannel/store"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export type ControlOperations = Context.Tag.Service<typeof Control>

/** One operation: its arguments, and how they are put to the Control. */
interface Operation<Arguments, Encoded> {
  readonly arguments: Schema.Schema<Arguments, Encoded>
  readonly run: (control: ControlOperations, args: Arguments) => Effect.Effect<unknown, ControlError | StoreError>
}
const operation = <Arguments, Encoded>(
  fields: Schema.Schema<Arguments, Encoded>,
  run: Operation<Arguments, Encoded>["run"]
): Operation<Arguments, Encoded> => ({ arguments: fields, run })

const None = Schema.Struct({})
const Destination = Schema.Struct({ destination: Schema.String })

const absent = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
const Word = { by: Schema.NonEmptyString, why: Schema.NonEmptyString }
const Named = Schema.Struct({ ...Word, contacts: Schema.Array(Schema.String) })
const Which = Schema.Struct({ connection: absent(Schema.String), subjects: absent(Schema.Array(Schema.String)) })

export const operations = {
  status: operation(None, (control) => control.status),
  doctor: operation(None, (control) => control.doctor),
  plan: operation(Schema.Struct({ destination: Schema.optional(Schema.String) }), (control, args) =>
    control.plan(args.destination)
  ),
  changes: operation(
    Schema.Struct({ destination: Schema.String, after: Schema.String }),
    (control, { destination, after }) => control.changes(destination, after)
  ),
  approve: operation(
    Schema.Struct({ destination: Schema.String, all: Schema.Boolean, by: Schema.String }),
    (control, { destination, all, by }) => control.approve(destination, { all, by })
  ),
  rewrite: operation(Destination, (control, args) => control.rewrite(args.destination)),
  pause: operation(Destination, (control, args) => control.pause(args.destination)),
  resume: operation(Destination, (control, args) => control.resume(args.destination)),
  prefer: operation(Schema.Struct({ record: VendorRef, by: Schema.String }), (control, { record, by }) =>
    control.prefer(record, { by })
  ),
  explain: operation(Schema.Struct({ ref: VendorRef }), (control, args) => control.explain(args.ref)),
  undo: operation(
    Schema.Struct({
      round: Schema.optionalWith(Schema.String, { exact: true }),
      destination: Schema.optionalWith(Schema.String, { exact: true }),
      from: Schema.optionalWith(Schema.Int, { exact: true }),
      until: Schema.optionalWith(Schema.Int, { exact: true }),
      undo: Schema.optionalWith(Schema.String, { exact: true }),
      force: Schema.Boolean,
      yes: Schema.Boolean
    }),
    (control, asked) => control.undo(asked)
  ),
  who: operation(Schema.Struct({ text: Schema.String }), (control, { text }) => control.who(text)),
  why: operation(Schema.Struct({ a: Schema.String, b: Schema.String }), (control, { a, b }) => control.why(a, b)),
  merge: operation(Schema.Struct({ ...Word, a: Schema.String, b: Schema.String }), (control, { a, b, by, why }) =>
    control.merge(a, b, { by, why })
  ),
  parting: operation(Schema.Struct({ contacts: Schema.Array(Schema.String) }), (control, { contacts }) =>
    control.parting(contacts)
  ),
  unmerge: operation(Named, (control, { contacts, by, why }) => control.unmerge(contacts, { by, why })),
  rule: operation(
    Schema.Struct({
      ...Word,
      handle: Schema.String,
      use: Schema.Literal("blocked", "shared", "own", "personal")
    }),
    (control, { handle, use, by, why }) => control.rule(handle, use, { by, why })
  ),
  decisions: operation(None, (control) => control.decisions),
  revoke: operation(Schema.Struct({ ...Word, id: Schema.String }), (control, { id, by, why }) =>
    control.revoke(id, { by, why })
  ),
  models: operation(None, (control) => control.models),
  model: operation(Schema.Struct({ name: Schema.String }), (control, { name }) => control.model(name)),
  switchModel: operation(Schema.Struct({ ...Word, name: Schema.String }), (control, { name, by, why }) =>
    control.switchModel(name, { by, why })
  ),
  estimateModel: operation(None, (control) => control.estimateModel),
  questions: operation(
    Schema.Struct({
      after: Schema.optionalWith(Schema.String, { exact: true }),
      limit: Schema.optionalWith(Schema.Int, { exact: true }),
      kind: Schema.optionalWith(Schema.String, { exact: true })
    }),
    (control, asked) => control.questions(asked)
  ),
  question: operation(Schema.Struct({ id: Schema.String }), (control, args) => control.question(args.id)),
  decide: operation(
    Schema.Struct({ id: Schema.String, choice: Schema.String, by: Schema.String }),
    (control, { id, choice, by }) => control.decide(id, { choice, by })
  ),
  quarantine: operation(Which.pipe(Schema.extend(Schema.Struct({ after: absent(Schema.String) }))), (control, which) =>
    control.quarantine(which)
  ),
  release: operation(Which, (control, which) => control.release(which)),
  letGo: operation(Which, (control, which) => control.letGo(which)),
  rehearse: operation(
    Schema.Struct({ connection: Schema.String, state: Schema.Literal("done", "quarantined") }),
    (control, { connection, state }) => control.rehearse(connection, { state })
  ),
  replay: operation(
    Schema.Struct({ connection: Schema.String, state: Schema.Literal("done", "quarantined") }),
    (control, { connection, state }) => control.replay(connection, { state })
  ),
  erase: operation(Schema.Struct({ who: Schema.String, by: Schema.optional(Schema.String) }), (control, { who, by }) =>
    control.erase(who, by === undefined ? {} : { by })
  ),
  erasures: operation(None, (control) => control.erasures),
  confirmErasure: operation(Schema.Struct({ id: Schema.String, by: Schema.String }), (control, { id, by }) =>
    control.confirmErasure(id, { by })
  ),
  readmit: operation(Schema.Struct({ who: Schema.String }), (control, { who }) => control.readmit(who)),
  reload: operation(None, (control) => control.reload)
} satisfies { readonly [Name in keyof ControlOperations]: unknown }
export type OperationName = keyof typeof operations

/** The operation as the endpoint runs it: arguments are what came over the wire. */
export const find = (
  name: string
): { readonly arguments: Schema.Schema<unknown>; readonly run: Operation<unknown, unknown>["run"] } | undefined =>
  Object.hasOwn(operations, name)
    ? (operations[name as OperationName] as unknown as ReturnType<typeof find>)
    : undefined

/** Below this path are the operations. */
export const BASE = "/control/"

export type Answer = { readonly value: unknown } | { readonly error: WireError }

const WireError = Schema.Union(
  Schema.TaggedStruct("ControlError", { what: Schema.String, remedy: Schema.String }),
  Schema.TaggedStruct("StoreError", {
    operation: Schema.String,
    reason: Schema.Literal("unavailable", "full", "fenced", "newer", "broken"),
    detail: Schema.String
  })
)
type WireError = typeof WireError.Type

/** What an endpoint answers. */
export const Answer: Schema.Schema<Answer> = Schema.Union(
  Schema.Struct({ error: WireError }),
  Schema.Struct({ value: Schema.Unknown })
)

/** A cause stays at home: it may hold anything. */
export const encodeError = (error: ControlError | StoreError): WireError =>
  error._tag === "ControlError"
    ? { _tag: error._tag, what: error.what, remedy: error.remedy }
    : { _tag: error._tag, operation: error.operation, reason: error.reason, detail: error.detail }

export const decodeError = (error: WireError): ControlError | StoreError =>
  error._tag === "ControlError" ? new ControlError(error) : new StoreError(error)
