import { Handle } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import * as RecordFields from "../src/RecordFields.ts"

const paths: RecordFields.Paths = {
  mail: "email",
  tel: "phone",
  cell: "mobile",
  first: "name.given",
  last: "name.family",
  town: "address.city",
  born: "birthDate",
  job: "title"
}

describe("a table of paths", () => {
  it("reads a record as a contact; what it does not name is a custom field, and what is empty tells nothing", () => {
    const record = {
      mail: "Ana@Example.org",
      tel: "(202) 555-0101",
      cell: "+1 202 555 0102",
      first: " Ana ",
      last: "",
      town: "Washington",
      born: "1980-02",
      job: null,
      plan: "gold"
    }
    expect(RecordFields.toContact(paths, record, { defaultRegion: "US", emailsAreVerified: true })).toEqual({
      handles: [
        { kind: "email", value: "ana@example.org", verified: true },
        expect.objectContaining({ kind: "phone", value: "+12025550101" }),
        expect.objectContaining({ kind: "phone", value: "+12025550102", label: "mobile" })
      ],
      name: { given: "Ana" },
      addresses: [{ city: "Washington" }],
      birthDate: "1980-02",
      custom: { plan: "gold" }
    })
  })

  it("reads no birth date from a text that is none, and nothing from an empty record", () => {
    expect(RecordFields.toContact(paths, { born: "in spring" })).toEqual({ handles: [] })
    expect(RecordFields.toContact(paths, {})).toEqual({ handles: [] })
  })

  it("writes a contact into a record, its name as the record wants it", () => {
    const contact = {
      name: { full: "Dr. Ana van der Berg" },
      handles: [Handle.email("ana@example.org")!, Handle.phone("+1 202 555 0102", { label: "mobile" })!],
      addresses: [{ city: "Washington" }]
    }
    expect(RecordFields.fromContact(paths, contact)).toEqual({
      mail: "ana@example.org",
      cell: "+12025550102",
      first: "Ana",
      last: "van der Berg",
      town: "Washington"
    })
    const whole = RecordFields.fromContact({ whole: "name.full" }, { name: { given: "Ana", family: "Example" } })
    expect(whole).toEqual({ whole: "Ana Example" })
    expect(RecordFields.fromContact({ whole: "name.full" }, {})).toEqual({})
  })
})
