/** What vendors tell of one call and of one contact. */
import {
  Assemble,
  type ContactFields,
  type InteractionFields,
  Key,
  type LocalRef,
  Part,
  Ref,
  Version
} from "../src/index.ts"

export const connection = "phone"
export const call = Ref.local("call", "1")
export const user = Ref.local("user", "1")
export const key = Key.interaction(connection, call)

export const interactionOf = (...parts: ReadonlyArray<Part.Part>) => Assemble.interaction({ key, connection, parts })
export const contactOf = (...parts: ReadonlyArray<Part.Part>) =>
  Assemble.contact({ key: Key.contact(connection, user), connection, parts })

interface Said {
  readonly part?: string
  readonly ref?: LocalRef
  readonly former?: ReadonlyArray<LocalRef>
}
export const told = (at: number, fields: InteractionFields, { ref = call, ...said }: Said = {}) =>
  Part.interaction({ ref, version: Version.make(at), fields, ...said })
export const profile = (at: number, fields: ContactFields, { ref = user, ...said }: Said & { kind?: "address" } = {}) =>
  Part.contact({ ref, version: Version.make(at), fields, ...said })

export const base = { kind: "voice", direction: "inbound", startedAt: 100 } satisfies InteractionFields
export const whole = {
  key,
  connection,
  ref: call,
  kind: "voice",
  direction: "inbound",
  startedAt: 100,
  participants: []
}

export const isWhole = <A>(assembled: Assemble.Assembled<A>): A => {
  if (assembled._tag !== "Whole") throw new Error(`expected a whole record, got ${JSON.stringify(assembled)}`)
  return assembled.record
}
