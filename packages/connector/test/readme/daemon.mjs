// The connector in a daemon: `node daemon.mjs <the CLI's main.js>`, in the author's folder, with a vendor that has one call.
import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"

const WITHIN_MS = 30_000
const [, , cli] = process.argv
assert.ok(cli, "name the CLI's main.js")

const call = { id: "17", from: "+12025550100", startedAt: Date.now() - 60_000, endedAt: Date.now() - 30_000 }
const vendor = createServer((_, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ calls: [call], next: null }))
}).listen(0, "127.0.0.1")
await once(vendor, "listening")
const address = vendor.address()
assert.ok(typeof address === "object" && address !== null)

writeFileSync(
  "interchannel.config.ts",
  `import { connect, defineConfig } from "@interchannel/cli"
import { Acme } from "./Acme.js"

export default defineConfig({
  intake: { port: 0 },
  connections: {
    phone: connect(Acme, {
      credentials: { token: "acme_t0ken" },
      settings: { url: "http://127.0.0.1:${address.port}" },
      since: "1 days"
    })
  }
})
`
)

const daemon = spawn(process.execPath, [cli, "start"], { stdio: ["ignore", "ignore", "inherit"] })
const exited = once(daemon, "exit")
try {
  const until = Date.now() + WITHIN_MS
  for (;;) {
    const { stdout } = spawnSync(process.execPath, [cli, "status", "--json"], { encoding: "utf8" })
    const status = stdout.startsWith("{") ? JSON.parse(stdout) : undefined
    if (status?.interactions === 1 && status.connections[0]?.health === "running") break
    assert.ok(Date.now() < until, `the daemon never read the call: ${stdout}`)
    await sleep(250)
  }
  console.log("the daemon runs a connector written elsewhere")
} finally {
  daemon.kill("SIGTERM")
  await exited
  vendor.close()
}
