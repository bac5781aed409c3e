import { expect, it } from "@effect/vitest"
import type { Report } from "@interchannel/runtime"
import { doctorView } from "../../src/render/DoctorView.ts"
import { plain } from "../../src/render/Style.ts"

const at = Date.UTC(2026, 0, 31, 10, 2)
const feed = { partitions: 1, progress: 1, gaps: [] }

const stopped: Report.ConnectionDiagnosis = {
  id: "support",
  title: "Slack",
  health: "stopped",
  healthy: true,
  feeds: [
    { ...feed, feed: "users", lastReadAt: at - 7_200_000 },
    { ...feed, feed: "messages", lastReadAt: at - 3_600_000 }
  ],
  quota: [],
  pushes: { lastAt: at - 5_400_000, missedLastDay: 0, newsSince: 0 },
  echoes: [],
  pending: 0,
  setAside: 0,
  findings: []
}

const diagnosis = (one: Report.ConnectionDiagnosis): Report.Diagnosis => ({
  at,
  healthy: false,
  connections: [one],
  findings: [{ key: "daemon", severity: "problem", what: "no daemon is running", remedy: "interchannel start" }]
})

it("without a daemon no connection is well: it says since when nothing was read", () => {
  expect(doctorView(diagnosis(stopped), plain)).toContain(
    "off  support (Slack), stopped; nothing was read since 2026-01-31 09:02\n"
  )
  const { pushes: _, ...unread } = { ...stopped, feeds: [{ ...feed, feed: "messages" }] }
  expect(doctorView(diagnosis(unread), plain)).toContain("off  support (Slack), stopped; nothing was read yet\n")
  expect(doctorView(diagnosis({ ...stopped, health: "running" }), plain)).toContain("well support (Slack), running\n")
})
