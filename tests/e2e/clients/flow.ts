// The main flow through the generated types: sign up, buy, search, download, license, verify.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [api, email] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl: api });
const password = "Correct4horse battery";

function sure<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (!answer.response.ok) throw new Error(JSON.stringify(answer.error));
  return answer.data as T;
}

async function until<T>(ask: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 150; tries++) {
    const found = await ask();
    if (holds(found)) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("it did not come about");
}

async function accepted(...ids: string[]): Promise<{ agreement: string; version: string }[]> {
  const { items } = sure(await client.GET("/v1/agreements"));
  return items.filter((each) => ids.includes(each.id)).map((each) => ({ agreement: each.id, version: each.version }));
}

async function code(): Promise<string> {
  const mails = (await (await fetch(`${api}/_local/mail?to=${encodeURIComponent(email)}`)).json()) as { items: { text: string }[] };
  return mails.items.map((each) => /\b\d{6}\b/.exec(each.text)?.[0]).find((each) => each !== undefined) as string;
}

const accept = await accepted("user-agreement", "privacy-policy");
sure(await client.POST("/v1/accounts", { body: { email, password, country: "HK", minor: false, accept } }));
sure(await client.POST("/v1/accounts/verification", { body: { email, code: await code() } }));
const session = sure(await client.POST("/v1/sessions", { body: { email, password } }));
client.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${session.access_token}`);
    return request;
  },
});

const order = sure(
  await client.POST("/v1/orders", { body: { plan: "premium", term: "month", accept: await accepted("premium-agreement") } }),
);
const confirmed = sure(
  await client.POST("/v1/orders/{id}/confirmation", {
    params: { path: { id: order.order_id } },
    body: { amount: order.amount, currency: order.currency },
  }),
);
await fetch(confirmed.checkout_url as string, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ outcome: "paid" }),
});
await until(async () => sure(await client.GET("/v1/membership")), (found) => found.status === "active");

const tracks = sure(await client.GET("/v1/tracks", { params: { query: { kind: "music" } } }));
const download = sure(
  await client.POST("/v1/downloads", {
    params: { header: { "Idempotency-Key": "first" } },
    body: { track_id: tracks.items[0]!.track_id, rendition: "wav" },
  }),
);
const license = sure(
  await client.POST("/v1/licenses", {
    params: { header: { "Idempotency-Key": "letter" } },
    body: {
      download_id: download.download_id,
      licensee: { name: "Ada Lovelace", kind: "individual" },
      project: { name: "My holiday", kind: "personal" },
      purpose: "social_media",
      platform: "YouTube",
    },
  }),
);
const verified = sure(await client.GET("/v1/verifications/{number}", { params: { path: { number: license.number } } }));
// As JSON; with `Accept: text/html` it would be a page.
if (typeof verified !== "string") console.log(verified.status);
