/** What is wrong with the configuration, all of it at once: the key, what is wrong there, and the remedy. */
import type { Problem } from "@interchannel/runtime"
import { of } from "./Quantity.ts"
import { paint, type Style, wrap } from "./Style.ts"

export const problemView = (file: string, problems: ReadonlyArray<Problem.Problem>, style: Style): string =>
  [
    `${file} has ${of(problems.length, "problem")}:`,
    ...problems.flatMap(({ key, what, remedy }) => [
      "",
      `  ${paint(style, "bold", key)}`,
      paint(style, "red", wrap(what, style.columns, 4)),
      wrap(remedy, style.columns, 4)
    ])
  ].join("\n")
