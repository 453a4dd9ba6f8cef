/**
 * How a page starts a download of its own origin. In a hidden frame, one each: to the browser every followed link is first a navigation, so
 * a link in the page asks "really leave?" while something runs, ends another download that has just begun, and leaves the page when the
 * answer is no attachment after all (each seen in Chromium 156). The frame's price in pitfalls 5.7, rules for embedding, is not ours to pay:
 * there is no COEP here, and the service worker's answers forbid no framing. Where a page's policy forbids frames, a link remains.
 */

/** Guess: from the request to the browser's decision that the answer is a download. Removing the frame before would end it. */
const frameMs = 60_000;

export function startDownload(url: string): void {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = url;
  const refused = (event: SecurityPolicyViolationEvent): void => {
    if (event.blockedURI !== frame.src) return; // another download's frame
    document.removeEventListener('securitypolicyviolation', refused);
    followLink(url);
  };
  document.addEventListener('securitypolicyviolation', refused);
  document.body.append(frame);
  setTimeout(() => {
    document.removeEventListener('securitypolicyviolation', refused);
    frame.remove();
  }, frameMs);
}

/** With `download` the address is saved under that name whatever it answers; for object URLs. */
export function followLink(url: string, download?: string): void {
  const link = document.createElement('a');
  link.href = url;
  if (download !== undefined) link.download = download;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}
