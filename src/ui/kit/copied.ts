// Puts a text on the clipboard.

/** Whether the browser let the text be copied: it does not on insecure pages, and in frames that are not given the right. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
