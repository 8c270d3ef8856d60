// What parts of all pages use, in one file of the site. Left to itself the bundler writes every module that another set of
// parts uses into a file of its own: a page that begins with thirty such files has a tenth more to fetch, since each is
// compressed by itself and names the others.

const folders = {
  "src/ui/kit":
    "copied define direction focus frames nn-loading nn-notice progress-styles save-file scale styles table-styles",
  "src/ui/experiment": "events price spec words",
  "src/model": "errors format neuron-edits operations tutorial",
  "src/storage/files": "again attempt database failure hash request retry text",
};

const modules = Object.entries(folders).map(
  ([folder, names]) => `/${folder}/(${names.replaceAll(" ", "|")})\\.ts$`,
);

/** matches a module's path */
export const common = new RegExp(
  ["/node_modules/(@lit|lit|lit-html|lit-element)/", "preload-helper", ...modules].join("|"),
);
