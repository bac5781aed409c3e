import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Http } from "../src/index.ts"
import { server, json } from "./vendorServer.ts"

describe("Http.fetchThrough", () => {
  const fetchOf = (baseUrl: string, bodyMax = 1000) =>
    Http.fetchThrough({ vendor: "acme", hosts: ["api.example.com"], baseUrl, bodyMax })

  it.scoped("is a fetch for the vendor's hosts only", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({ ok: true }))
      const fetch = yield* fetchOf(vendor.url)
      const answer = yield* Effect.promise(() =>
        fetch(`${vendor.url}/api/x`, { method: "POST", headers: { a: "b" }, body: "k=v", redirect: "error" })
      )
      expect(answer.ok).toBe(true)
      expect(yield* Effect.promise(() => answer.json())).toEqual({ ok: true })
      expect(vendor.seen).toMatchObject([{ method: "POST", url: "/api/x", headers: { a: "b" }, body: "k=v" }])
      yield* Effect.promise(() => expect(fetch("https://evil.example/")).rejects.toThrow("evil.example is none of"))
      yield* Effect.promise(() => expect(fetch("http://localhost.evil.example/")).rejects.toThrow("not encrypted"))
    })
  )

  it.scoped("sends the platform's FormData", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({}))
      const fetch = yield* fetchOf(vendor.url)
      const form = new FormData()
      form.append("channel", "C1")
      form.append("file", new Blob(["hello"]), "hello.txt")
      yield* Effect.promise(() => fetch(vendor.url, { method: "POST", body: form }))
      expect(vendor.seen[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/)
      expect(vendor.seen[0]?.body).toMatch(/name="channel"\s+C1/)
      expect(vendor.seen[0]?.body).toMatch(/filename="hello.txt"[^]*hello/)
    })
  )

  it.scoped("stops reading at the limit, and follows redirects at home only", () =>
    Effect.gen(function* () {
      const other = yield* server(json({}))
      const vendor = yield* server(({ url }, response) => {
        if (url === "/long") response.end("x".repeat(5000))
        else if (url === "/home") response.writeHead(302, { location: "/end" }).end()
        else if (url === "/away") response.writeHead(302, { location: other.url }).end()
        else response.end("end")
      })
      const fetch = yield* fetchOf(vendor.url)
      const text = (path: string, init?: RequestInit) => fetch(vendor.url + path, init).then((answer) => answer.text())
      yield* Effect.promise(() => expect(text("/long")).rejects.toThrow("longer than 1000 bytes"))
      yield* Effect.promise(() => expect(text("/home")).resolves.toBe("end"))
      yield* Effect.promise(() => expect(text("/home", { redirect: "error" })).rejects.toThrow("not followed"))
      yield* Effect.promise(() => expect(text("/home", { method: "POST" })).rejects.toThrow("not followed"))
      yield* Effect.promise(() => expect(text("/away")).rejects.toThrow("not followed"))
      expect(other.seen).toEqual([])
    })
  )

  it.scoped("tells a request that was never sent from one that may have been done", () =>
    Effect.gen(function* () {
      const vendor = yield* server((_, response) => response.destroy())
      const fetch = yield* fetchOf(vendor.url)
      const error = () =>
        Effect.promise(() =>
          fetch(vendor.url, { method: "POST", body: "x" }).then(
            () => undefined,
            (it: unknown) => it
          )
        )
      expect(Http.wasSent(yield* error())).toBe(true)
      vendor.stop()
      const refused = yield* error()
      expect(Http.wasSent(refused)).toBe(false)
      expect(Http.wasSent(Object.assign(new Error("wrapped by an SDK"), { original: refused }))).toBe(false)
      expect(Http.wasSent(new Error("unknown"))).toBe(true)
    })
  )
})
