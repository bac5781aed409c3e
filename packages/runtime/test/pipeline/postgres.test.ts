import { postgres } from "@interchannel/store/testing"
import { Effect, Layer } from "effect"
import { afterAll, beforeAll } from "vitest"
import { pipelineOn } from "./all.ts"

const driver = postgres()
beforeAll(driver.start)
afterAll(driver.stop)

pipelineOn("PostgreSQL", Layer.unwrapScoped(Effect.map(driver.fresh, ({ open }) => open)), 100)
