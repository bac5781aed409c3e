import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as PersonName from "../src/PersonName.ts"

const partsOf = (text: string) => {
  const { _tag: _, full: __, ...parts } = PersonName.parse(text) as PersonName.Name
  return parts
}
const fullOf = (text: string): string | undefined => {
  const parsed = PersonName.parse(text)
  return parsed._tag === "Name" ? parsed.full : undefined
}

describe("a name is taken apart", () => {
  it.each<[string, Omit<PersonName.Name, "_tag" | "full">]>([
    ["Ana", { given: "Ana" }],
    ["Ana Example", { given: "Ana", family: "Example" }],
    ["Ana Maria Example", { given: "Ana", middle: "Maria", family: "Example" }],
    ["Example, Ana Maria", { given: "Ana", middle: "Maria", family: "Example" }],
    ["García Márquez, Ana", { given: "Ana", family: "García Márquez" }],
    ["Berg, Ana van der", { given: "Ana", family: "van der Berg" }],
    ["Ana van der Berg", { given: "Ana", family: "van der Berg" }],
    ["Van Morrison", { given: "Van", family: "Morrison" }],
    ["Ben Salah", { given: "Ben", family: "Salah" }],
    ["José Ortega y Gasset", { given: "José", family: "Ortega y Gasset" }],
    ["María de los Ángeles García", { given: "María", middle: "de los Ángeles", family: "García" }],
    ["Omar al-Masri", { given: "Omar", family: "al-Masri" }],
    ["J.R.R. Example", { given: "J.", middle: "R. R.", family: "Example" }],
    ["Ana M Example", { given: "Ana", middle: "M", family: "Example" }],
    ["Bob Example Jr.", { given: "Bob", family: "Example", suffix: "Jr" }],
    ["Example, Bob, Jr.", { given: "Bob", family: "Example", suffix: "Jr" }],
    ["Bob Example III", { given: "Bob", family: "Example", suffix: "III" }],
    ["Ana Example, PhD", { given: "Ana", family: "Example", suffix: "PhD" }],
    ["Dr. Ana Example", { given: "Ana", family: "Example", prefix: "Dr." }],
    ["Example, Dr. Ana", { given: "Ana", family: "Example", prefix: "Dr." }],
    ["Prof. Dr. med. Ana Example", { given: "Ana", family: "Example", prefix: "Prof. Dr. med." }],
    ["Frau Müller", { family: "Müller", prefix: "Frau" }],
    ["Sra. Ana García", { given: "Ana", family: "García", prefix: "Sra." }],
    ["Mme Ana Exemple", { given: "Ana", family: "Exemple", prefix: "Mme" }],
    ["Mr & Mrs Example", { family: "Example", prefix: "Mr & Mrs" }],
    ["Иванова Анна Ивановна", { given: "Анна", middle: "Ивановна", family: "Иванова" }],
    ["山田 太郎", { given: "太郎", family: "山田" }],
    ["山田太郎様", {}],
    ["김철수", { given: "철수", family: "김" }],
    ["남궁민수", { given: "민수", family: "남궁" }],
    ["محمد بن سلمان", { given: "محمد", family: "بن سلمان" }]
  ])("%s", (text, parts) => {
    expect(PersonName.parse(text)._tag).toBe("Name")
    expect(partsOf(text)).toEqual(parts)
  })
})

describe("the full name is fit to be shown", () => {
  it.each([
    ["Ana | Example GmbH", "Ana"],
    ["Example GmbH | Ana Example", "Ana Example"],
    ["Ana Example, Example GmbH", "Ana Example"],
    ["Bob (he/him)", "Bob"],
    ["[EXT] Ana Example", "Ana Example"],
    ["Ana Example - Sales", "Ana Example"],
    ["Ana @ Example", "Ana"],
    ["'Ana Example' via Support", "Ana Example"],
    ['"Ana Example"', "Ana Example"],
    ['Robert "Bob" Example', "Robert Example"],
    ["Ana Example <ana@example.com>", "Ana Example"],
    ["✨ Ana ✨", "Ana"],
    ["👩‍💻 Ana Example 🇩🇪", "Ana Example"],
    ["★ ana_example ★", "ana example"],
    ["𝓐𝓷𝓪 Example", "Ana Example"],
    ["ANA EXAMPLE", "Ana Example"],
    ["ANA VAN DER BERG", "Ana van der Berg"],
    ["VAN DER BERG, Dr. Ana (she/her) | Example GmbH", "Dr. Ana van der Berg"],
    ["Ana EXAMPLE", "Ana Example"],
    ["EXAMPLE Ana", "Ana Example"],
    ["O'BRIEN, SINÉAD", "Sinéad O'Brien"],
    ["RONALD MCDONALD", "Ronald McDonald"],
    ["JEAN-LUC D'ANGELO III", "Jean-Luc D'Angelo III"],
    ["TJ EXAMPLE", "TJ Example"],
    ["bell example", "bell example"],
    ["Mary van 't Hoff", "Mary van 't Hoff"]
  ])("%s: %s", (text, full) => {
    expect(fullOf(text)).toBe(full)
  })
})

describe("what names no person says why", () => {
  it.each<[string, PersonName.Reason]>([
    ["", "empty"],
    ["✨", "empty"],
    ["...", "no letters"],
    ["42", "no letters"],
    ["ana@example.com", "address"],
    ["<ana@example.com>", "address"],
    ["https://example.com", "address"],
    ["+1 202 555 0123", "phone"],
    ["(202) 555-0123", "phone"],
    ["12025550123", "phone"],
    ["test", "placeholder"],
    ["Unknown Caller", "placeholder"],
    ["N/A", "placeholder"],
    ["xxx", "placeholder"],
    ["Kunde", "placeholder"],
    ["Example GmbH", "organization"],
    ["Acme, Inc.", "organization"],
    ["Beispiel AG", "organization"],
    ["株式会社サンプル", "organization"],
    ["Example Support Team", "organization"],
    ["Customer Care", "organization"],
    ["a b c d e f g h i j k l m", "too long"],
    ["a".repeat(201), "too long"]
  ])("%s: %s", (text, reason) => {
    expect(PersonName.parse(text)).toEqual({ _tag: "NotAName", reason })
  })

  it.each(["Kim Co", "JOSE DE SA", "Jan Bot", "Ev Example", "Sam Test"])("%s is a person", (text) => {
    expect(PersonName.parse(text)._tag).toBe("Name")
  })
})

describe("folding brings spellings of one name together", () => {
  it.each([
    ["Søren  O'Brien-Müßig", "soren obrien mussig"],
    ["ŁUKASZ", "lukasz"],
    ["Æsir Œuvre", "aesir oeuvre"],
    ["Đặng Thị", "dang thi"],
    ["İstanbul Işık", "istanbul isik"],
    ["Ёжиков", "ежиков"],
    ["ΑΛΈΞΑΝΔΡΟΣ", "αλεξανδροσ"],
    ["مُحَمَّد", "محمد"],
    ["がぎ", "がぎ"],
    ["한글", "한글"],
    ["अनिता", "अनिता"],
    ["", ""]
  ])("%s: %s", (text, folded) => {
    expect(PersonName.fold(text)).toBe(folded)
  })

  it("folding twice is folding once, and case does not matter", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "grapheme" }), (text) => {
        expect(PersonName.fold(PersonName.fold(text))).toBe(PersonName.fold(text))
      }),
      { numRuns: 2_000 }
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: FastCheck.constantFrom(...Array.from("aäbßéøłñ -'ç")) }), (text) => {
        expect(PersonName.fold(text.toUpperCase())).toBe(PersonName.fold(text))
      })
    )
  })
})

describe("for every text", () => {
  const word = FastCheck.oneof(
    FastCheck.constantFrom(
      ..."Ana Example van der de y al Dr. Mr Sr. Jr III PhD & GmbH AG Team SUPPORT O'BRIEN MCDONALD J.R. Müller Иванович 山田 김 , | - ( ) \" ' test @ / 😀 st. EXAMPLE VAN Ben i".split(
        " "
      )
    ),
    FastCheck.string({ unit: "grapheme", maxLength: 6 })
  )
  const texts = FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 40 }),
    FastCheck.array(word, { maxLength: 7 }).map((words) => words.join(" ")),
    FastCheck.array(word, { maxLength: 7 }).map((words) => words.join(""))
  )

  it("parsing is total, and a full name parses to itself", () => {
    FastCheck.assert(
      FastCheck.property(texts, (text) => {
        const full = fullOf(text)
        expect(full === undefined ? full : fullOf(full)).toBe(full)
      }),
      { numRuns: 5_000 }
    )
  })

  it("no part is empty, and the full name is made of the parts", () => {
    FastCheck.assert(
      FastCheck.property(texts, (text) => {
        const parsed = PersonName.parse(text)
        if (parsed._tag === "NotAName") return
        for (const part of Object.values(partsOf(text))) expect(part.trim()).not.toBe("")
        expect(parsed.full.trim()).toBe(parsed.full)
        expect(parsed.full).not.toBe("")
      }),
      { numRuns: 2_000 }
    )
  })
})
