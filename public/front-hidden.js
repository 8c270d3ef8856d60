// Before the page is drawn: a person who has hidden the first screen, or follows a link to a notebook, begins at the
// notebook. Nothing moves then. A classic script, because modules come too late for that.
try {
  if (location.hash.length > 1 || localStorage.getItem("front-hidden"))
    document.documentElement.classList.add("front-hidden");
} catch {
  // a browser that keeps nothing for this page shows the first screen
}
