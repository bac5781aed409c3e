/** What making a record wrote in the fields that we keep: from then on they are ours, as if we had filled them in. Pure. */
import { type Contact, type ContactFields, FieldPath, type Instant } from "@interchannel/domain"
import type { Fields } from "@interchannel/store"
import * as FieldDecision from "./FieldDecision.ts"
import type { FieldRule } from "./FieldRule.ts"

/** `contacts`: those that the record is made of; a field's source is the first that says so. */
export const of = (
  rules: ReadonlyArray<FieldRule>,
  made: ContactFields,
  contacts: ReadonlyArray<Contact>,
  at: Instant.Instant
): Fields.RecordState =>
  Object.fromEntries(
    rules.flatMap((rule) => {
      const value = FieldPath.valueAt(made, rule.at)
      const says = (contact: Contact) => FieldDecision.same(rule, FieldPath.valueAt(contact, rule.at), value)
      const source = value === undefined ? undefined : contacts.find(says)?.connection
      return value === undefined || source === undefined
        ? []
        : [[rule.name, { written: { value, before: null, source, at } }]]
    })
  )

/** With what is known already: a field that was looked at before keeps what was found. */
export const added = (before: Fields.RecordState, made: Fields.RecordState): Fields.RecordState => ({
  ...before,
  ...Object.fromEntries(Object.entries(made).map(([name, state]) => [name, { ...state, ...before[name] }]))
})
