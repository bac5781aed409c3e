import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { HostList } from "../src/index.ts"

const hosts: HostList.HostList = {
  entries: ["api.example.com", "*.example.org", "files.example.com:8443"],
  loopback: false
}
const problem = (url: string, list = hosts) =>
  Either.match(HostList.check(list, url), { onLeft: (text) => text, onRight: () => "allowed" })

describe("HostList", () => {
  it.each([
    "https://api.example.com/v1?x=1",
    "https://API.example.com/v1",
    "https://a.example.org/",
    "https://a.b.example.org/",
    "https://files.example.com:8443/x"
  ])("allows %s", (url) => {
    expect(problem(url)).toBe("allowed")
  })

  it.each([
    ["http://api.example.com/", "not encrypted"],
    ["https://api.example.com.evil.example/", "api.example.com.evil.example is none of"],
    ["https://example.org/", "example.org is none of"],
    ["https://evilexample.org/", "evilexample.org is none of"],
    ["https://.example.org/", "is none of"],
    ["https://api.example.com:444/", "api.example.com:444 is none of"],
    ["https://files.example.com/", "files.example.com is none of"],
    ["https://api.example.com@evil.example/", "carries a login for evil.example"],
    ["https://evil.example/?https://api.example.com", "evil.example is none of"],
    ["ftp://api.example.com/", "not encrypted"],
    ["file:///etc/passwd", "not encrypted"],
    ["javascript:alert(1)", "not encrypted"],
    ["/v1/contacts", "no absolute URL"],
    ["//evil.example/x", "no absolute URL"],
    ["http://127.0.0.1:8080/", "127.0.0.1:8080 is this machine"],
    ["http://2130706433/", "127.0.0.1 is this machine"],
    ["http://[::1]/", "is this machine"],
    ["http://169.254.169.254/latest", "not encrypted"]
  ])("refuses %s", (url, why) => {
    expect(problem(url)).toMatch(new RegExp(why))
  })

  it("a backslash does not smuggle another host in", () => {
    const url = Either.getOrThrow(HostList.check(hosts, "https://api.example.com\\@evil.example/"))
    expect(url.host).toBe("api.example.com")
  })

  it("allows loopback without encryption for an emulator, and the vendor's hosts beside it", () => {
    const made = Either.getOrThrow(
      HostList.make({ vendor: "acme", hosts: ["api.example.com"], baseUrl: "http://127.0.0.1:4100/v1" })
    )
    expect(problem("http://127.0.0.1:4101/next", made.hosts)).toBe("allowed")
    expect(problem("https://api.example.com/", made.hosts)).toBe("allowed")
    expect(problem("https://evil.example/", made.hosts)).toContain("none of")
  })

  it("a base URL that is none of the vendor's is a mistake in the configuration, with its remedy and without its path", () => {
    const error = Either.getOrThrow(
      Either.flip(
        HostList.make({ vendor: "acme", hosts: ["api.example.com"], baseUrl: "https://evil.example/key-123" })
      )
    )
    expect(error.message).toBe(
      "acme connect: Misconfigured - the base URL cannot be used: evil.example is none of api.example.com; " +
        "use https and one of api.example.com; an emulator runs on 127.0.0.1"
    )
    expect(error.reason.recovery).toBe("abort")
  })
})
