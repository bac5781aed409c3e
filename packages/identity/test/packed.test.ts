import { expect, it } from "vitest"
import * as Population from "../bench/Population.ts"
import * as Features from "../src/features/Features.ts"
import { pack, unpack, Words } from "../src/keeping/packed.ts"

it("comes out as it went in", () => {
  const words = new Words()
  for (const { contact } of Population.make(3, 2_000)) {
    const features = Features.make(contact)
    expect(unpack(words, features.contact, pack(words, features))).toStrictEqual(features)
  }
})

it("keeps what is rare: ids, generations, half a birth date, several places, letters of every script", () => {
  const words = new Words()
  const features: Features.Features = {
    contact: "c_1",
    connection: "crm",
    kind: "record",
    since: 0,
    at: 1_767_225_600_000,
    name: { given: ["ana", "maria"], middle: [], family: ["o"], generation: 2 },
    birth: [1980, 2],
    gender: "f",
    places: [
      { numbers: ["12", "3b"], street: [], region: "zh" },
      { numbers: [], street: ["langstrasse"], suburb: "aussersihl", city: "zurich", postal: "8004" }
    ],
    handles: Features.make({
      key: "c_1",
      connection: "crm",
      ref: { kind: "person", id: "45" },
      kind: "record",
      version: { at: 0, rank: 0 },
      handles: [
        { kind: "external", value: "hubspot:123:45" },
        { kind: "email", value: "ana+news@example.com" },
        { kind: "social", value: "twitter:Аня \u{1f33b}" }
      ]
    } as never).handles,
    organization: "example gmbh",
    birthPlace: "wien",
    title: "dr"
  }
  expect(features.handles).toHaveLength(3)
  expect(unpack(words, features.contact, pack(words, features))).toStrictEqual(features)
})
