/** Who goes first when a vendor's quota is short. */
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"

/** Most urgent first. */
export const lanes = ["live", "write-back", "reconcile", "backfill"] as const
export type Lane = (typeof lanes)[number]

/** The lane of the calls that this fiber makes. */
export const current: FiberRef.FiberRef<Lane> = globalValue("@interchannel/connector/Lane/current", () =>
  FiberRef.unsafeMake<Lane>("live")
)
