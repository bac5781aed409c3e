import { describe, expect, it } from "vitest"
import * as Accuracy from "../bench/accuracy.ts"
import * as Csv from "../bench/csv.ts"
import type { Mapping } from "../bench/Mapping.ts"

const measure = (text: string, mapping: Mapping) =>
  Accuracy.measure(text, mapping, { mode: "incremental", threshold: 0.91 })

const people = [
  "record_id,source,entity_id,name,born,town",
  '1,a,x,"Sample, Ursula",1980-02-29,Exampleville',
  "2,b,x,Ursula Sample,1980-02-29,Exampleville",
  "3,a,y,Иван Примеров,1971-05-06,Muster",
  "4,b,y,Ivan Primerov,1971-05-06,Muster",
  "5,a,,王杰,1993-09-14,",
  "6,a,z,,,"
]
const mapping = { fullName: "name", birthDate: "born", "address.city": "town" }

describe("a labelled file", () => {
  it.each([
    ["as is", people.join("\n")],
    ["with a byte order mark and Windows line ends", `\uFEFF${people.join("\r\n")}\r\n`],
    ["with old Macintosh line ends", people.join("\r")],
    ["with blanks around column names", people.join("\n").replace("entity_id,name", " entity_id , name ")],
    ["with semicolons", people.join("\n").replaceAll(",", ";").replace("Sample; Ursula", "Sample, Ursula")],
    ["with every record id the same", people.map((row, at) => (at === 0 ? row : row.replace(/^\d/, "1"))).join("\n")],
    ["without record ids", people.map((row, at) => (at === 0 ? row : row.replace(/^\d/, ""))).join("\n")],
    ["with sources in another alphabet", people.join("\n").replaceAll(",a,", ",東,").replaceAll(",b,", ",西,")],
    ["with short rows", people.join("\n").replace("6,a,z,,,", "6,a,z")]
  ])("%s says the same", (_, text) => {
    const { records, pairs } = measure(text, mapping)
    expect({ records, pairs }).toEqual({ records: 6, pairs: { true: 2, found: 2, both: 2 } })
  })

  it.each<[string, string, Mapping, string]>([
    ["nothing in it", "", mapping, "the file is empty"],
    [
      "no label",
      "record_id,name\n1,Ana",
      mapping,
      "row 1: there is no column entity_id - the file has record_id, name"
    ],
    ["one name for two columns", "record_id,entity_id,name,name", mapping, "row 1: two columns are called name"],
    [
      "a comma too many",
      "record_id,entity_id,name\n1,x,Ana\n2,x,Example, Ana",
      mapping,
      "row 3: 4 fields, the header has 3"
    ],
    [
      "an open quote",
      'record_id,entity_id,name\n1,x,"Ana\n2,x,Ana',
      mapping,
      "row 2: a quote is opened and not closed"
    ],
    ["no column of the mapping", "record_id,entity_id,nom\n1,x,Ana", mapping, "no column that the mapping names"]
  ])("with %s says where and what to do", (_, text, by, message) => {
    expect(() => measure(text, by)).toThrow(Csv.CsvError)
    expect(() => measure(text, by)).toThrow(message)
  })

  it("keeps quotes inside a field, and line ends inside quotes", () => {
    expect(Csv.parse('a,b\n5" pipe,"say ""hi""\r\nagain"').rows).toEqual([{ a: '5" pipe', b: 'say "hi"\r\nagain' }])
  })

  it("in which all are called the same takes little longer and joins nobody", () => {
    const rows = Array.from({ length: 600 }, (_, at) => `${at},a,${at},Ana Example`)
    const { pairs } = measure(["record_id,source,entity_id,name", ...rows].join("\n"), { fullName: "name" })
    expect(pairs).toEqual({ true: 0, found: 0, both: 0 })
  })

  it("with ages for birth dates forgives a year between two counts", () => {
    const rows = [
      "1,a,x,Ursula Sampleton,40,90001",
      "2,b,x,Ursula Sampleton,41,90001",
      "3,b,y,Ursula Sampleton,70,80002"
    ]
    const { pairs } = measure(["record_id,source,entity_id,name,years,zip", ...rows].join("\n"), {
      fullName: "name",
      age: "years",
      "address.postalCode": "zip"
    })
    expect(pairs).toEqual({ true: 1, found: 1, both: 1 })
  })
})
