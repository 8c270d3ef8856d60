// The line below a result's table: what its columns mean, and the choice of how numbers are printed.

import { html } from "lit";

/** @param onChange called with what the reader has chosen */
export function changeNote(scientific: boolean, onChange: (scientific: boolean) => void) {
  return html`
    <div class="row quiet note">
      <span>Change = (after − before) / before. Bars share one linear axis: before above, after below.</span>
      <label class="pick">
        <input
          type="checkbox"
          .checked=${scientific}
          @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
        />
        Scientific notation
      </label>
    </div>
  `;
}
