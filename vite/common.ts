// What parts of all pages use, and parts of all experiments, each in one file of the site. Left to itself the bundler writes
// every module that another set of parts uses into a file of its own: a page that begins with thirty such files has a
// tenth more to fetch, since each is compressed by itself and names the others.

type Folders = Record<string, string>;

const all: Folders = {
  "src/ui/kit": "copied define direction focus late nn-announcer nn-notice problem save-file styles",
  "src/ui/experiment": "models price sweep-missing",
  "src/model": "errors format listed neuron-edits opened operations rounding tutorial",
  "src/rpc": "errors",
  "src/storage/files": "again attempt database errors failure hash request retry text",
};
const experiments: Folders = {
  "src/ui/kit": "frames nn-code nn-loading progress-styles scale sharing table-styles",
  "src/ui/experiment":
    "address change-note events nn-log-dots nn-result-table parameters settings settings-text spec words",
};

const paths = (folders: Folders) =>
  Object.entries(folders).map(([folder, names]) => `/${folder}/(${names.replaceAll(" ", "|")})\\.ts$`);
const group = (name: string, patterns: string[]) => ({
  name,
  test: new RegExp(patterns.join("|")),
  tags: ["$initial" as const],
  includeDependenciesRecursively: false,
});

export const groups = [
  group("common", [
    "/node_modules/(@lit|lit|lit-html|lit-element|idb-keyval)/",
    "preload-helper",
    ...paths(all),
  ]),
  group("experiments", paths(experiments)),
];
