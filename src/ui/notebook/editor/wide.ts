// Where the margin has room for an outline; notebook.css makes the column wider from there on.

export const wide = (): MediaQueryList => matchMedia("(min-width: 87.5rem)");
