import { defineConfig } from "vitest/config"

// Tests run on the sources: this condition comes first in every package's exports map.
const conditions = ["@interchannel/source", "module", "node", "development|production"]

const folders = "{packages,connectors,examples}/*"

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [`${folders}/test/**/*.test.ts`, "scripts/test/**/*.test.ts"],
    setupFiles: ["scripts/seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 180_000,
    passWithNoTests: false,
    // Embedded databases and emulators share two cores on a small machine.
    maxWorkers: 4,
    minWorkers: 1
  }
})
