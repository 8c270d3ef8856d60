// Frames that take the height of what is in them. An embedded page tells its height to whatever page is around it; that is
// one number, which anybody may know. The page around it believes the frame that it comes from, and only within limits.

const kind = "neuron-notebook:height";

/** class of the text and link below a frame, for readers whose browser does not show the frame */
export const fallback = "neuron-fallback";

/** no frame is made lower or higher, whatever it asks for */
const [least, most] = [50, 20_000];

/** at most one message in this time, milliseconds */
const pace = 50;

/** what has been told is told again after this time, milliseconds: while the page around is likely to load, and later */
const [again, muchLater] = [1000, 5000];
const young = 30_000;

/**
 * Tell the page around this one how high this one's content is, now and whenever that changes, and now and then without
 * a change: whoever listens there may have begun after all was said.
 */
export function tellHeight(): void {
  const start = performance.now();
  let told = { height: 0, at: start };
  let due = false;
  const tell = () => {
    due = false;
    // of the content, not of the window, or a frame could never shrink
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    const at = performance.now();
    const patience = at - start < young ? again : muchLater;
    // a frame that is not shown has no height
    if (height === 0 || (height === told.height && at - told.at < patience)) return;
    told = { height, at };
    window.parent.postMessage({ type: kind, height }, "*");
  };
  const soon = () => {
    if (!due) setTimeout(tell, pace);
    due = true;
  };
  new ResizeObserver(soon).observe(document.body);
  // out of view, browsers tell frames nothing of sizes; what has changed should be right before it is scrolled to
  setInterval(soon, 500);
  document.fonts.ready.then(soon);
  addEventListener("load", soon);
}

/** frames inside elements, where a search of the page does not find them */
const inside = new Set<HTMLIFrameElement>();

/** Give this frame of an element's, too, the height it asks for, until `unfollow`. */
export function follow(frame: HTMLIFrameElement): void {
  inside.add(frame);
}

export function unfollow(frame: HTMLIFrameElement): void {
  inside.delete(frame);
}

/** Give the frames of a site the heights they ask for, and hide what stands below each for who does not see it. */
export function followFrames(origin: string): void {
  addEventListener("message", ({ data, source, origin: from }) => {
    const height = heightOf(data);
    if (height === undefined) return;
    const frames = [...document.querySelectorAll("iframe"), ...inside];
    const frame = frames.find((found) => found.contentWindow === source);
    if (!frame || !isOf(frame, origin) || from !== (isSandboxed(frame) ? "null" : origin)) return;
    const { boxSizing } = getComputedStyle(frame);
    const border = boxSizing === "border-box" ? frame.offsetHeight - frame.clientHeight : 0;
    frame.style.height = `${Math.min(most, Math.max(least, height)) + border}px`;
    const below = frame.nextElementSibling;
    if (below instanceof HTMLElement && below.classList.contains(fallback)) below.hidden = true;
  });
}

/** The height in a message; undefined in any other message. */
function heightOf(data: unknown): number | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { type, height } = data as { type?: unknown; height?: unknown };
  return type === kind && typeof height === "number" && Number.isFinite(height) ? height : undefined;
}

function isOf(frame: HTMLIFrameElement, origin: string): boolean {
  return URL.canParse(frame.src) && new URL(frame.src).origin === origin;
}

/** a frame whose page has no origin */
function isSandboxed(frame: HTMLIFrameElement): boolean {
  return frame.hasAttribute("sandbox") && !frame.sandbox.contains("allow-same-origin");
}
