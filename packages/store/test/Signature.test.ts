import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { MasterKey, Signature } from "../src/index.ts"

const master = MasterKey.generate()

describe("a signature", () => {
  const { sign, verify } = Signature.make(master)

  it("holds for its text and purpose, and for nothing else", () => {
    const signature = sign("link", "w_1")
    expect(signature).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(verify("link", "w_1", signature)).toBe(true)
    for (const [purpose, text] of [
      ["link", "w_2"],
      ["form", "w_1"],
      ["lin", "kw_1"]
    ] as const) {
      expect(verify(purpose, text, signature)).toBe(false)
    }
    for (const other of ["", "x", `${signature}A`, signature.slice(1), `${signature}=`]) {
      expect(verify("link", "w_1", other)).toBe(false)
    }
  })

  it("holds after the master key was rotated, and not under another one", () => {
    const signature = sign("link", "w_1")
    const next = { ...MasterKey.generate(), id: 2, earlier: new Map([[master.id, master.bytes]]) }
    expect(Signature.make(next).verify("link", "w_1", signature)).toBe(true)
    expect(Signature.make(next).sign("link", "w_1")).not.toBe(signature)
    expect(Signature.make(MasterKey.generate()).verify("link", "w_1", signature)).toBe(false)
    expect(signature).not.toContain(Buffer.from(Redacted.value(master.bytes)).toString("base64url").slice(0, 6))
  })
})
