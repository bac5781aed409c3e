import { Conformance } from "@interchannel/connector/testing"
import { startGuestbook } from "../src/emulator.ts"
import { Guestbook } from "../src/Guestbook.ts"

await Conformance.suite(Guestbook, { start: startGuestbook })
