/** The product with one mistake in it, made at its seams: what a check must catch. */
import type { Store } from "@interchannel/store"
import type * as Context from "effect/Context"
import type { Process } from "./Process.ts"
import type { Time } from "./Time.ts"
import type { Kind } from "./Trouble.ts"
import type { Wire } from "./Wire.ts"

export interface Mutant {
  readonly name: string
  readonly disk?: (
    disk: Context.Context<Store.Services>,
    at: { readonly time: Time; readonly process: Process }
  ) => Context.Context<Store.Services>
  readonly wire?: (wire: Wire) => Wire
  /** What has to be going on. */
  readonly in?: "fields" | "messages"
  /** What has to go wrong for the mistake to show. */
  readonly needs?: Kind
}
