/** What is made later: it is asked for again, ever more rarely, until it is there. */

const FIRST_MILLISECONDS = 750;
const LONGEST_MILLISECONDS = 5_000;
const PATIENCE_MILLISECONDS = 300_000;

/** The first thing that `ask` finds; null, as `ask` said, where there is nothing for five minutes. */
export async function awaited(ask) {
  for (let wait = FIRST_MILLISECONDS, left = PATIENCE_MILLISECONDS; ; left -= wait, wait = Math.min(wait * 1.1, LONGEST_MILLISECONDS)) {
    const found = await ask();
    if (found || left <= 0) return found;
    await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
}
