/** HubSpot: reads contacts, companies and what stands on their timelines, and writes the shared history there. */
import { Connector } from "@interchannel/connector"
import { appendTimeline, upsertContact } from "./actions.ts"
import { layer } from "./api.ts"
import { Credentials, Settings } from "./credentials.ts"
import {
  companies,
  companyChanges,
  contactChanges,
  contacts,
  engagements,
  entryDeletions,
  owners,
  recordDeletions
} from "./feeds.ts"
import { journal } from "./journal.ts"
import { limits } from "./limits.ts"
import { check, prepare } from "./setup.ts"
import { webhooks } from "./webhooks.ts"

export const HubSpot = Connector.make("hubspot", {
  title: "HubSpot",
  credentials: Credentials,
  settings: Settings,
  accountOf: ({ portalId }) => `portal ${portalId}`,
  api: layer,
  limits,
  feeds: [
    contacts,
    companies,
    contactChanges,
    companyChanges,
    engagements,
    journal,
    recordDeletions,
    entryDeletions,
    owners
  ],
  webhooks: [webhooks],
  actions: [appendTimeline, upsertContact],
  check,
  prepare
})
