// Opening a model from a person's own files, or from the Hub. The script of all this is fetched when the button is pressed.

import "./nn-opening.ts";
