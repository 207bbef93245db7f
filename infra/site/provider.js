/** A visit to the deployment's other provider, in a window of its own: the page that began it stays open, as it alone knows
 * the visit (`sign_in_id`), and hears of the return from /signed-in of the same site. */

const channel = () => new BroadcastChannel("signed-in");

/** What people know a provider by. */
export const named = (issuer) => new URL(issuer).host;

/** Opens the provider's window; `begin` makes the visit, `came` gets {sign_in_id, state, code} once the person came back. */
export async function visit(begin, came) {
  const opened = open("about:blank", "_blank", "popup,width=520,height=720"); // at the click itself: later it is blocked
  let begun;
  try {
    begun = await begin();
  } catch (error) {
    opened?.close();
    throw error;
  }
  const state = new URL(begun.authorization_url).searchParams.get("state");
  const heard = channel();
  heard.onmessage = ({ data }) => {
    if (data.state !== state) return;
    heard.close();
    came({ sign_in_id: begun.sign_in_id, state, code: data.code });
  };
  opened?.location.assign(begun.authorization_url);
}

/** Gives what the provider sent back to the page that began the visit, and closes the provider's window. */
export function hand(returned) {
  channel().postMessage(returned);
  setTimeout(() => close(), 300);
}
