// Gives a person a file that was made in the page.

export function saveFile(name: string, content: Blob | string, type: string): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // the download has the bytes by then; revoking at once breaks it in Safari
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
