import { expect, it } from "vitest"
import * as Timeline from "../src/Timeline.ts"

const entry: Timeline.Entry = {
  kind: "voice",
  direction: "inbound",
  startedAt: 0,
  title: "A call",
  facts: [{ label: "From", value: "Ana" }],
  body: "b".repeat(100),
  outcome: "answered",
  to: [],
  links: [{ label: "Recording", url: "https://phone.example.com/r/1" }],
  details: {}
}
const card: Timeline.Card = {
  title: "Ana Example",
  subtitle: "Example Ltd",
  facts: [{ label: "Plan", value: "Gold" }],
  recent: [{ at: Date.UTC(2026, 4, 4, 9), kind: "email", where: "E-mail", text: "Where is my order?" }]
}

it("an entry of plain text is cut in its body: the links stay whole", () => {
  const whole = Timeline.entryText(entry, 1_000)
  expect(whole).toBe(`From: Ana\n\n${"b".repeat(100)}\n\nanswered\nRecording: https://phone.example.com/r/1`)
  expect(Timeline.entryText(entry, 80)).toMatch(/^From: Ana\n\nb+…\n\nanswered\nRecording: .*\/r\/1$/)
})

it("an entry of HTML shows text as text, and keeps the links that a browser may open", () => {
  const links = [...entry.links, { label: "Odd", url: "javascript:alert(1)" }]
  const html = Timeline.entryHtml({ ...entry, links, body: "1 < 2\n\nyes" }, 1_000, "<h1>A call</h1>")
  const link = '<p><a href="https://phone.example.com/r/1">Recording</a></p>'
  expect(html).toBe(`<h1>A call</h1><p>From: Ana</p><p>1 &#60; 2</p><p>yes</p><p>answered</p>${link}`)
  const short = Timeline.entryHtml({ ...entry, body: "<".repeat(1_000) }, 200)
  expect(short.length).toBeLessThanOrEqual(200)
  expect(short).toMatch(/…<\/p><p>answered<\/p><p><a href="https:\/\/phone\.example\.com\/r\/1">Recording<\/a><\/p>$/)
})

it("a card of plain text says who it is and what happened elsewhere", () => {
  expect(Timeline.cardText(card, 1_000)).toBe(
    "Ana Example, Example Ltd\nPlan: Gold\n\n2026-05-04 09:00 UTC · E-mail · Where is my order?"
  )
  expect(Timeline.cardText(card, 12)).toBe("Ana Example…")
})

it("a small card keeps what there is room for", () => {
  const small = Timeline.smallCard(card, { facts: 0, recent: 1, characters: 6 })
  expect(small).toEqual({
    title: "Ana E…",
    subtitle: "Examp…",
    facts: [],
    recent: [{ ...card.recent[0], text: "Where…" }]
  })
})
