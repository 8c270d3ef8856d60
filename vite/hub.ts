// Whether this site may ask the Hugging Face Hub for models, which its deployer says: HUB=1 for the Hub itself, or the address of
// a mirror, with those of the hosts that it redirects to behind it: HUB="https://hf.example.org https://files.example.org".

export interface HubSetting {
  /** where models are asked for */
  endpoint: string;
  /** what the policy lets the page connect to, besides its own site */
  hosts: string[];
}

/** the Hub, and the hosts that it sends weights from, which change */
const huggingFace: HubSetting = {
  endpoint: "https://huggingface.co",
  hosts: ["https://huggingface.co", "https://*.huggingface.co", "https://*.hf.co"],
};

/**
 * What the environment variable HUB says.
 * @returns undefined where it is not set, empty or 0: then the site knows nothing of the Hub
 * @throws Error for what is no address
 */
export function hubSetting(text = process.env.HUB ?? ""): HubSetting | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0 || text.trim() === "0") return undefined;
  if (text.trim() === "1") return huggingFace;
  const addresses = words.map(toAddress);
  const hosts = [...new Set(addresses.map(({ origin }) => origin))];
  return { endpoint: addresses[0]!.href.replace(/\/+$/, ""), hosts };
}

function toAddress(word: string): URL {
  const address = URL.canParse(word) ? new URL(word) : undefined;
  const local = address?.protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(address.hostname);
  // a path or a name could end the directive and begin another
  const plain = address && /^[\w.:/~-]+$/.test(word) && address.username === "" && address.search === "";
  if (plain && (address.protocol === "https:" || local)) return address;
  throw new Error(
    `HUB=${word} is no address of a Hub: set HUB=1 for huggingface.co, or an https address such as HUB=https://hf.example.org.`,
  );
}
