/** `interchannel explain`: the way of one vendor record, step by step; the last one says where it stands. */
import type { Report } from "@interchannel/runtime"
import { time } from "./Quantity.ts"
import { harmless, pad, paint, type Style, width, wrap } from "./Style.ts"

export const explainView = ({ ref, steps }: Report.Explanation, style: Style): string => {
  const name = harmless(`${ref.connection}/${ref.kind}/${ref.id}`)
  const room = Math.max(...steps.map(({ stage }) => width(stage)), 0)
  const indent = room + 4
  const lines = steps.map(({ stage, text, at }) => {
    const when = at === undefined ? "" : `${time(at, style.timeZone)}  `
    const wrapped = wrap(when + harmless(text), style.columns, indent).trimStart()
    return `  ${paint(style, "cyan", pad(stage, room))}  ${wrapped}`
  })
  return [paint(style, "bold", name), ...lines].join("\n")
}
