/** The name of a field that a vendor's customers chose: any text but the one that JavaScript takes for the prototype. */
import * as Schema from "effect/Schema"

export const FieldName = Schema.String.pipe(Schema.filter((name) => name !== "__proto__")).annotations({
  identifier: "FieldName"
})
