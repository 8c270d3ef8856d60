// What to say of layers that compute with the same weights.

/**
 * A sentence about shared weights; "" where every layer has its own.
 * @param sharedFrom by layer, the first one that has its weights
 */
export function sharingText(sharedFrom: readonly number[] = []): string {
  const groups = [...new Set(sharedFrom)]
    .map((first) => sharedFrom.flatMap((from, layer) => (from === first ? [layer] : [])))
    .filter(({ length }) => length > 1);
  const [group] = groups;
  if (!group) return "";
  const which =
    group.length === sharedFrom.length
      ? `All ${group.length} layers compute`
      : `${groups.map((layers) => `Layers ${layers[0]}–${layers.at(-1)}`).join(", and ")} compute`;
  const each = groups.length > 1 ? " (each group with its own)" : "";
  return `${which} with the same weights${each}: a neuron there is the same one at every depth, and only its activation differs.`;
}
