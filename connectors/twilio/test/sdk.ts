/** Twilio's own SDK, led to the stand-in: what it can do there, the stand-in does as Twilio would. */
import twilio from "twilio"
import type { Account, TwilioEmulator } from "../src/emulator.ts"

type Client = ReturnType<typeof twilio>
type HttpClient = NonNullable<NonNullable<Parameters<typeof twilio>[2]>["httpClient"]>

export const clientFor = (emulator: TwilioEmulator, account: Account): Client => {
  const inner = new twilio.RequestClient()
  const httpClient = {
    request: (options: Parameters<HttpClient["request"]>[0]) =>
      inner.request({ ...options, uri: options.uri.replace(/^https:\/\/[a-z]+\.twilio\.com/, emulator.url) })
  }
  return twilio(account.sid, account.authToken, { httpClient: httpClient as HttpClient })
}
