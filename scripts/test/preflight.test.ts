import { describe, expect, it } from "vitest"
import { judge } from "../preflight.mjs"

const complete = {
  platform: "linux",
  nodeVersion: "20.19.0",
  commands: ["git", "python3", "make", "g++", "dovecot"],
  headers: true
}

const without = (...names: ReadonlyArray<string>) => ({
  commands: complete.commands.filter((name) => !names.includes(name))
})

describe("preflight", () => {
  it("finds nothing on a complete machine", () => {
    expect(judge(complete)).toEqual([])
  })

  it.each([
    ["18.20.4", "stop"],
    ["20.18.3", "stop"],
    ["20.9.0", "stop"],
    ["20.19.0", undefined],
    ["20.20.2", undefined],
    ["22.0.0", undefined],
    ["24.21.0", undefined]
  ])("Node %s: %s", (nodeVersion, level) => {
    expect(judge({ ...complete, nodeVersion }).at(0)?.level).toBe(level)
  })

  it.each([
    ["git", without("git"), /^git is missing.*apt-get install -y git/],
    ["a compiler", without("g++"), /^a C\+\+ compiler missing.*apt-get install -y python3 make g\+\+/],
    ["make and python3", without("make", "python3"), /^python3, make missing/],
    ["a compiler on a Mac", { ...without("g++"), platform: "darwin" }, /xcode-select --install/],
    ["headers", { headers: false }, /npm config set nodedir/],
    ["Dovecot", without("dovecot"), /^Dovecot is missing.*apt-get install/]
  ])("without %s it says how to get it, and goes on", (_, change, text) => {
    const findings = judge({ ...complete, ...change })
    expect(findings.map(({ level }) => level)).toEqual(["note"])
    expect(findings[0]?.text).toMatch(text)
  })

  it.each(["c++", "clang++"])("%s is a compiler too", (compiler) => {
    expect(judge({ ...complete, commands: [...without("g++").commands, compiler] })).toEqual([])
  })

  it("leaves the tools of Windows to node-gyp", () => {
    expect(judge({ ...complete, platform: "win32", commands: ["git"], headers: false })).toEqual([])
  })
})
