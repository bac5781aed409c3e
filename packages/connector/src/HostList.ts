/**
 * The hosts a connector may call. Every URL is checked, those from configuration and those that a vendor hands us (next
 * page, recording, redirect): a forged answer must not lead our credentials, or us, to another machine.
 *
 * Entries: `api.example.com`, `*.example.com` (any depth below, not the domain itself), `files.example.com:8443`. Plain
 * HTTP is for loopback alone, and loopback is allowed only when the base URL is on it: an emulator.
 */
import * as Either from "effect/Either"
import { Misconfigured, make as makeError, type VendorError } from "./VendorError.ts"

export interface HostList {
  readonly entries: ReadonlyArray<string>
  readonly loopback: boolean
}

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"])

export const isLoopback = (url: URL): boolean => loopbackNames.has(url.hostname)

/** The list and the base URL, whose host must be on it; `Misconfigured` when it is not. */
export const make = (options: {
  readonly vendor: string
  readonly hosts: ReadonlyArray<string>
  readonly baseUrl: string
}): Either.Either<{ readonly hosts: HostList; readonly base: URL }, VendorError> => {
  const base = parse(options.baseUrl)
  const hosts: HostList = {
    entries: options.hosts.map((entry) => entry.toLowerCase()),
    loopback: base !== undefined && isLoopback(base)
  }
  const checked = base === undefined ? Either.left("it is no absolute URL") : check(hosts, options.baseUrl)
  return Either.mapBoth(checked, {
    onLeft: (problem) =>
      makeError(
        options.vendor,
        "connect",
        new Misconfigured({
          detail: `the base URL cannot be used: ${problem}`,
          remedy: `use https and one of ${describe(hosts)}; an emulator runs on 127.0.0.1`
        })
      ),
    onRight: (url) => ({ hosts, base: url })
  })
}

/** The URL, when it may be called. Left: why not, naming the host only, since paths and queries can hold secrets. */
export const check = (hosts: HostList, url: string): Either.Either<URL, string> => {
  const parsed = parse(url)
  if (parsed === undefined) return Either.left("it is no absolute URL")
  if (parsed.username !== "" || parsed.password !== "") return Either.left(`it carries a login for ${parsed.host}`)
  if (isLoopback(parsed)) {
    if (!hosts.loopback) return Either.left(`${parsed.host} is this machine`)
    return isWeb(parsed) ? Either.right(parsed) : Either.left(`${parsed.protocol} is not HTTP`)
  }
  if (parsed.protocol !== "https:") return Either.left(`${parsed.protocol}//${parsed.host} is not encrypted`)
  return hosts.entries.some((entry) => covers(entry, parsed.host))
    ? Either.right(parsed)
    : Either.left(`${parsed.host} is none of ${describe(hosts)}`)
}

/** For messages: `api.example.com, *.example.org`. */
export const describe = (hosts: HostList): string => hosts.entries.join(", ") || "no host at all"

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)

const isWeb = (url: URL): boolean => url.protocol === "http:" || url.protocol === "https:"

const covers = (entry: string, host: string): boolean =>
  entry.startsWith("*.") ? host.endsWith(entry.slice(1)) && host.length > entry.length - 1 : host === entry
