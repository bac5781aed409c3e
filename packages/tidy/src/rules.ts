/** All that this repository promises of itself. */
import { declared, exactVersions, oneVersion, used } from "./rules/dependencies.ts"
import { directions, ownFolder, sqlInStore, testKitInTests, vendorFreeRuntime } from "./rules/directions.ts"
import { fileNames, reached, shortFiles } from "./rules/files.ts"
import { finished, testsRun, welcome } from "./rules/leftovers.ts"
import { links } from "./rules/links.ts"
import { examplesAreTested, exportsMaps, publishable, references } from "./rules/manifests.ts"
import type { Rule } from "./Tree.ts"

export const rules: ReadonlyArray<Rule> = [
  directions,
  ownFolder,
  testKitInTests,
  vendorFreeRuntime,
  sqlInStore,
  exportsMaps,
  publishable,
  references,
  examplesAreTested,
  exactVersions,
  oneVersion,
  declared,
  used,
  reached,
  shortFiles,
  fileNames,
  links,
  testsRun,
  finished,
  welcome
]
