/** Agreements to accept: a box each, with a link to the text in the version in force. */

import { h } from "./dom.js";
import { field } from "./forms.js";
import { to } from "./router.js";
import { api } from "./session.js";
import { t } from "./words.js";

/** Boxes for these agreements (ids). */
export async function acceptances(ids) {
  const { items } = await api.listAgreements();
  return h("fieldset", { class: "stack" }, h("legend", {}, t("agreed.legend")), items.filter((each) => ids.includes(each.id)).map((each) => {
    const box = field({ name: `accept-${each.id}`, label: "", type: "checkbox", required: true, "data-agreement": each.id, "data-version": each.version });
    box.querySelector("label").append(t("agreed.accept"), " ", h("a", { href: to(`/agreements/${each.id}`), target: "_blank" }, each.title), ` (${each.version})`);
    return box;
  }));
}

export const accepted = (boxes) => [...boxes.querySelectorAll("input:checked")].map(({ dataset }) => ({ agreement: dataset.agreement, version: dataset.version }));
