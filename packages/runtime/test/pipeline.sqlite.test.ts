import { Store } from "@interchannel/store"
import { pipelineOn } from "./pipeline.suite.ts"

pipelineOn("SQLite", Store.layerTemporary, 3_000)
