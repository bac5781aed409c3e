// Property tests draw the same cases each time; SEED=random (or a number) draws others.
import * as FastCheck from "effect/FastCheck"

const asked = process.env["SEED"]
if (asked !== "random")
  FastCheck.configureGlobal({ ...FastCheck.readConfigureGlobal(), seed: Number(asked ?? 20_261_121) })
