// Runs before the page is drawn: an address that asks for an experiment of its own must not show the one that the build has
// drawn first.
if (/=/.test(location.hash + location.search)) document.documentElement.classList.add("settings-asked");
