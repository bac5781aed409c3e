import { describe, expect, it } from "vitest"
import { Part, Ref, Version } from "../src/index.ts"

const ref = Ref.local("message", "1")
const version = Version.make(1)

describe("a part names its subject, and which part of it", () => {
  it("a subject that one item tells whole has one part", () => {
    const part = Part.interaction({ ref, version, fields: { text: "hello" } })
    expect(part).toEqual({ subject: "interaction", ref, part: "whole", version, fields: { text: "hello" } })
  })

  it("a part given by name keeps it", () => {
    expect(Part.contact({ ref, part: "login", version, fields: {} }).part).toBe("login")
    expect(Part.organization({ ref, part: "owner", version, fields: {} }).subject).toBe("organization")
  })

  it("what is undefined is not stated, at any depth", () => {
    const handle = undefined
    const part = Part.interaction({
      ref,
      part: undefined,
      marker: undefined,
      version,
      fields: {
        text: undefined,
        participants: [{ handle, name: "Ana" }],
        details: { legs: [{ id: "1", to: undefined }] }
      }
    })
    expect(part).toStrictEqual({
      subject: "interaction",
      ref,
      part: "whole",
      version,
      fields: { participants: [{ name: "Ana" }], details: { legs: [{ id: "1" }] } }
    })
  })

  it("a tombstone is a part of its own, so that what was told stays", () => {
    const tombstone = Part.tombstone("contact", ref, version)
    expect(tombstone).toEqual({ subject: "contact", ref, part: "tombstone", version, deleted: true, fields: {} })
    expect(tombstone.part).not.toBe(Part.contact({ ref, version, fields: {} }).part)
  })
})

it("what has to be read again is told from what is known", () => {
  const again = Part.refetch("messages", "17.1", "C1")
  expect(again).toEqual({ refetch: "messages", id: "17.1", partition: "C1" })
  expect(Part.refetch("users", "U1")).toEqual({ refetch: "users", id: "U1" })
  expect([again, Part.tombstone("contact", ref, version)].map(Part.isRefetch)).toEqual([true, false])
})
