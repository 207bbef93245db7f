/** Agreements to accept: a box each, with a link to the text in the version in force. */

import { h } from "./dom.js";
import { field } from "./forms.js";
import { to } from "./router.js";
import { api } from "./session.js";
import { published, t } from "./words.js";

/** Boxes for these agreements (ids), all of them to be ticked where `required`; `given` where they were ticked before. */
export async function acceptances(ids, { legend = t("agreed.legend"), text = t("agreed.accept"), given = false, required = true } = {}) {
  const { items } = await api.listAgreements();
  return h("fieldset", { class: "stack" }, h("legend", {}, legend), items.filter((each) => ids.includes(each.id)).map((each) => {
    const box = field({ name: `accept-${each.id}`, label: "", type: "checkbox", required, value: given, "data-agreement": each.id, "data-version": each.version });
    box.querySelector("label").append(text, " ", h("a", { href: to(`/agreements/${each.id}`), target: "_blank" }, published(each.title, each.translations)), ` (${each.version})`);
    return box;
  }));
}

export const accepted = (boxes) => [...boxes.querySelectorAll("input:checked")].map(({ dataset }) => ({ agreement: dataset.agreement, version: dataset.version }));
