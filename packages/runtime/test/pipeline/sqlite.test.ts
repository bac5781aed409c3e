import { Store } from "@interchannel/store"
import { pipelineOn } from "./all.ts"

pipelineOn("SQLite", Store.layerTemporary, 3_000)
