// Matches a regular expression in a thread of its own, so that the page can end it.
// Request: [source, flags, texts in one string, end of each text, mode]. The mode is false to test each text, true to
// list the matches in it, or 'groups' for the groups of the first match, none without a match.
// Response: 1 as soon as it begins, then an array, or the browser's message about an error.
const isPair = (text, at) => text.codePointAt(at) > 0xffff;

const ranges = (pattern, text) => {
  const found = [];
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(text)); ) {
    const from = match.index;
    // An empty match is not listed. Searching continues after the next character, because it would match again here.
    if (match[0]) found.push(from, from + match[0].length);
    else pattern.lastIndex = from + (isPair(text, from) ? 2 : 1);
  }
  return found;
};

const groups = (pattern, text) => [...(pattern.exec(text) ?? [])];

onmessage = ({ data: [source, flags, all, ends, mode] }) => {
  postMessage(1);
  try {
    const pattern = new RegExp(source, mode === true ? flags + 'g' : flags);
    let at = 0;
    const texts = ends.map((end) => all.slice(at, (at = end)));
    const match = mode === 'groups' ? groups : mode ? ranges : (pattern, text) => pattern.test(text);
    postMessage(texts.map((text) => match(pattern, text)));
  } catch (error) {
    postMessage(error.message);
  }
};
