// The hall's screen: every minute a look whether the house answers, and only then the page anew, so
// that a house that is away leaves the last good page standing.
const MINUTE = 60_000;

async function again() {
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (answer.ok) location.reload();
  } catch {
    // No answer: the page that stands there stays.
  }
  setTimeout(again, MINUTE);
}

setTimeout(again, MINUTE);
