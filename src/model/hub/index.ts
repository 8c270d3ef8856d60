// The Hugging Face Hub as the exporter and the tab both speak with it: addresses, answers, refusals, which files are wanted.

export {
  addressOf,
  checkHubId,
  defaultEndpoint,
  isHubId,
  type RemoteFile,
  type Repository,
  type Revision,
  readRevision,
  readTree,
  toEndpoint,
} from "./answers.ts";
export { type Asker, HubError, notJson, refusalOf } from "./refusal.ts";
export { filesNamed, sourceFile, sourceText, type Wanted, wantedFiles } from "./wanted.ts";
