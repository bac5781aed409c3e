import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { rules } from "../src/rules.ts"
import { longFiles } from "../src/rules/files.ts"
import * as Tree from "../src/Tree.ts"

const tree = Tree.read(fileURLToPath(new URL("../../..", import.meta.url)))

console.log(longFiles(tree))

describe("this repository", () => {
  for (const { promise, problems } of rules) {
    it(promise, () => {
      expect(problems(tree)).toEqual([])
    })
  }
})
