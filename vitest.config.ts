import { defineConfig } from "vitest/config"

// Tests run on the sources: this condition comes first in every package's exports map.
const conditions = ["@interchannel/source", "module", "node", "development|production"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,connectors,examples}/*/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Embedded databases and emulators share two cores on a small machine.
    maxWorkers: 4,
    minWorkers: 1
  }
})
